import { describe, expect, it } from '@jest/globals';
import { exitCodeOf, reportFailure } from '../../../src/tools/cli/failure.ts';
import { createReporter } from '../../../src/tools/cli/terminal/reporter.ts';
import { OutputError } from '../../../src/tools/export/index.ts';
import {
  AbortedError,
  AccountLockedError,
  ConfigurationError,
  IncompleteError,
  NetworkError,
  ServerError,
} from '../../../src/core/errors/index.ts';
import { option, phrase } from '../../../src/core/errors/phrase.ts';
import { StoreError } from '../../../src/tools/sync/index.ts';
import { RecordingStream } from './run.ts';

function report(error: unknown): { exitCode: number; stderr: string; json: unknown } {
  const [stdout, stderr] = [new RecordingStream(), new RecordingStream()];
  const io = { env: {}, stdout, stderr, signal: new AbortController().signal, now: () => new Date() };
  const exitCode = reportFailure(error, createReporter({ json: true }, io));
  return { exitCode, stderr: stderr.text, json: JSON.parse(stdout.text) };
}

function hours(from: number, to: number): { from: Date; to: Date } {
  return { from: new Date(Date.UTC(2025, 2, 1, from)), to: new Date(Date.UTC(2025, 2, 1, to)) };
}

describe('a failure', () => {
  it('of the network says how often it was tried, and what it came down to', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const cause = new Error('fetch failed', { cause: refused });
    const { exitCode, stderr } = report(new NetworkError('No answer', { attempts: 6, cause }));
    expect(stderr).toBe('error: No answer. It was tried 6 times. Cause: ECONNREFUSED.\n');
    expect(exitCode).toBe(1);
  });

  it.each([
    ['locked', 1],
    ['unavailable', 1],
    ['failed', 1],
    ['package', 2],
    ['foreign', 2],
    ['version', 2],
    ['refused', 3],
  ] as const)('of a store, "%s", has exit code %i and says what to do', (code, expected) => {
    const { exitCode, stderr, json } = report(
      new StoreError(code, 'calls.duckdb cannot be used', { hint: 'Do this.' }),
    );
    expect(stderr).toBe('error: calls.duckdb cannot be used. Do this.\n');
    expect(exitCode).toBe(expected);
    expect(json).toMatchObject({ exitCode, error: { code } });
  });

  it('by incomplete calls lists each window in which calls are missing, with exit code 4', () => {
    const windows = [
      { ...hours(1, 2), expected: 5, found: 3 },
      { ...hours(7, 8), expected: 2, found: 0 },
    ];
    const { exitCode, stderr, json } = report(new IncompleteError({ windows }));
    expect(exitCode).toBe(4);
    expect(stderr.split('\n').slice(1)).toEqual([
      'error: Missing: 2025-03-01T01:00:00.000Z to 2025-03-01T02:00:00.000Z (3 of 5 found)',
      'error: Missing: 2025-03-01T07:00:00.000Z to 2025-03-01T08:00:00.000Z (0 of 2 found)',
      '',
    ]);
    expect(json).toMatchObject({ status: 'failed', exitCode: 4, missing: [{ expected: 5, found: 3 }, { found: 0 }] });
  });

  it('of an option calls it as the command line does', () => {
    const error = new ConfigurationError(phrase`${option('pageSize')} must be smaller`, {
      hint: phrase`Or use ${option('auth.reset()')}.`,
    });
    expect(report(error).stderr).toBe('error: --page-size must be smaller. Or use --reset-login.\n');
  });

  it('that was not foreseen is still one line', () => {
    const { exitCode, stderr, json } = report(new TypeError('x is not\na function'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'error: x is not a function\n' });
    expect(json).toMatchObject({ error: { code: 'unexpected' } });
  });
});

describe('the exit code', () => {
  it.each([
    ['configuration', 2],
    ['sandbox-configuration', 2],
    ['authentication-refused', 3],
    ['account-locked', 3],
    ['not-subscribed', 3],
    ['incomplete', 4],
    ['aborted', 130],
    ['rate-limited', 1],
    ['invalid-parameters', 1],
    ['not-found', 1],
    ['unexpected-response', 1],
    ['server', 1],
    ['network', 1],
    ['timeout', 1],
    ['malformed-response', 1],
    ['retry-budget-exhausted', 1],
    ['output', 1],
  ])('of %s is %i', (code, expected) => {
    expect(exitCodeOf({ code })).toBe(expected);
  });

  it('of an access that is refused in another way (403) is 3', () => {
    expect(exitCodeOf({ code: 'unexpected-response', status: 403 })).toBe(3);
  });

  it.each([
    [new ConfigurationError('x'), 2],
    [new AccountLockedError('x'), 3],
    [new AbortedError('x'), 130],
    [new ServerError('x', { status: 503 }), 1],
    [new OutputError('x'), 1],
    [new Error('x'), 1],
    ['thrown text', 1],
    [undefined, 1],
  ])('of %p is %i', (error, expected) => {
    expect(exitCodeOf(error)).toBe(expected);
  });
});
