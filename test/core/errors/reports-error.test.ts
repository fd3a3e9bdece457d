import { inspect } from 'node:util';
import { runInThisContext } from 'node:vm';

import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

import * as errors from '../../../src/core/errors/index.ts';
import { option, phrase } from '../../../src/core/errors/phrase.ts';
import { withContext } from '../../../src/core/errors/reports-error.ts';

const from = new Date('2026-01-01T00:00:00Z');
const to = new Date('2026-01-02T00:00:00Z');

const examplesOf = (from_: typeof errors) =>
  ({
    aborted: new from_.AbortedError('Aborted'),
    'account-locked': new from_.AccountLockedError('Locked'),
    'authentication-refused': new from_.AuthenticationRefusedError('Refused'),
    configuration: new from_.ConfigurationError('Wrong'),
    incomplete: new from_.IncompleteError({ windows: [{ from, to, expected: 3, found: 2 }] }),
    'invalid-parameters': new from_.InvalidParametersError('Refused', [{ name: 'page', reason: 'too low' }]),
    'malformed-response': new from_.MalformedResponseError('Cut'),
    network: new from_.NetworkError('Reset'),
    'not-found': new from_.NotFoundError('Gone'),
    'not-subscribed': new from_.NotSubscribedError('Not subscribed'),
    'rate-limited': new from_.RateLimitedError('Throttled'),
    'retry-budget-exhausted': new from_.RetryBudgetExhaustedError('Too many'),
    server: new from_.ServerError('Failed'),
    timeout: new from_.TimeoutError('Late'),
    'unexpected-response': new from_.UnexpectedResponseError('Odd'),
  }) satisfies Record<errors.ReportsErrorCode, errors.ReportsError>;

const examples = examplesOf(errors);

/** A second copy of the module, minified, as when a program loads the ESM and the CommonJS build of the package. */
const copy = await bundle('src/core/errors/index.ts');

async function bundle(entry: string): Promise<typeof errors> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'cjs',
    write: false,
  });
  const module = { exports: {} };
  const evaluate = runInThisContext(`(module, exports) => {${outputFiles[0]?.text ?? ''}\n}`) as (
    ...given: unknown[]
  ) => void;
  evaluate(module, module.exports);
  return module.exports as typeof errors;
}

describe('each error', () => {
  it.each(Object.entries(examples))('%s is a ReportsError with that code and a name of its own', (code, error) => {
    expect(error).toBeInstanceOf(errors.ReportsError);
    expect(error.code).toBe(code);
    expect(error.name).toBe(error.constructor.name);
    expect(String(error)).toContain(error.name);
    expect(inspect(error)).toContain(`${error.name}: ${error.message}`);
  });

  it('has a class of its own', () => {
    expect(new Set(Object.values(examples).map((error) => error.constructor)).size).toBe(Object.keys(examples).length);
  });

  it('is an instance of its class only, and of the base', () => {
    for (const [code, error] of Object.entries(examples)) {
      const classes = Object.values(errors).filter((value) => typeof value === 'function' && 'code' in value);
      const matching = classes.filter((each) => error instanceof each).map((each) => each.code);
      expect(matching.toSorted()).toEqual([code, undefined].toSorted());
    }
  });
});

describe('instanceof', () => {
  it('recognises the errors of another copy of the package, by class', () => {
    expect(copy.ServerError).not.toBe(errors.ServerError);
    const theirs = examplesOf(copy);
    for (const [code, error] of Object.entries(theirs)) {
      expect(error.name).toBe(examples[code as errors.ReportsErrorCode].name);
      expect(error instanceof errors.ReportsError).toBe(true);
      expect(error instanceof errors.ServerError).toBe(code === 'server');
    }
    expect(examples.server instanceof copy.ServerError).toBe(true);
  });

  it('distinguishes a class that a user derives from other errors of the same code', () => {
    class OwnError extends errors.ServerError {}
    expect(new OwnError('Failed') instanceof OwnError).toBe(true);
    expect(new OwnError('Failed') instanceof errors.ServerError).toBe(true);
    expect(examples.server instanceof OwnError).toBe(false);
  });

  it.each([undefined, null, 7, 'server', new Error('server'), { code: 'server' }])('does not accept %p', (value) => {
    expect((value as unknown) instanceof errors.ReportsError).toBe(false);
    expect((value as unknown) instanceof errors.ServerError).toBe(false);
  });
});

describe('the message of an error', () => {
  it('says what happened, where, and what to do', () => {
    const error = new errors.ServerError('The server failed with 503', { request: 'GET /x', hint: 'Come back later.' });
    expect(error.message).toBe('The server failed with 503 (GET /x). Come back later.');
    expect(error).toMatchObject({ summary: 'The server failed with 503', hint: 'Come back later.' });
  });

  it('names options as code, and its parts let others name them in their own way', () => {
    const summary = phrase`${option('pageSize')} must be a whole number from ${1} to 10,000`;
    const error = new errors.ConfigurationError(summary, {
      option: 'pageSize',
      hint: phrase`Raise or lower ${option('pageSize')}.`,
    });
    expect(error.message).toBe('`pageSize` must be a whole number from 1 to 10,000. Raise or lower `pageSize`.');
    const flagOf = (name: errors.OptionName): string => `--${name}`;
    expect(errors.render(error.parts.summary, flagOf)).toBe('--pageSize must be a whole number from 1 to 10,000');
    expect(errors.render(error.parts.hint ?? '', flagOf)).toBe('Raise or lower --pageSize.');
  });

  it('ends with the remedy of its problem, unless it has a hint of its own', () => {
    const details = { problem: 'not-subscribed' } as const;
    expect(new errors.NotSubscribedError('Refused', details).message).toBe(
      'Refused. Subscribe the application to the Reports API suite in the developer portal.',
    );
    expect(new errors.NotSubscribedError('Refused', { ...details, hint: 'Ask.' }).message).toBe('Refused. Ask.');
  });

  it('of calls that are missing names that as its problem, also with a hint of its own', () => {
    const missing = { windows: [{ from, to, expected: 3, found: 2 }] };
    expect(new errors.IncompleteError(missing)).toMatchObject({ problem: 'calls-missing' });
    const own = new errors.IncompleteError(missing, { hint: 'Read it again.' });
    expect(own).toMatchObject({ problem: 'calls-missing', hint: 'Read it again.' });
  });

  it('names the windows that miss calls, the first of many, and the rows that were rejected', () => {
    const window = { from, to, expected: 3, found: 2 };
    const span = '2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z (2 of 3 found)';
    const rejected = [
      { reason: 'start', count: 2 },
      { reason: 'outside-range', count: 1 },
    ] as const;
    const rows = '3 rows were rejected: 2 without a usable start, 1 outside the range';
    const summaryOf = (missing: errors.Missing): string => new errors.IncompleteError(missing).summary;
    expect(summaryOf({ windows: [window] })).toBe(`Calls are missing from ${span}`);
    expect(summaryOf({ windows: [window, window] })).toBe(`Calls are missing in 2 windows; the first: ${span}`);
    expect(summaryOf({ windows: [], rejected })).toBe(rows);
    expect(summaryOf({ windows: [window], rejected })).toBe(`Calls are missing from ${span}; ${rows}`);
  });
});

describe('the fields of an error', () => {
  it('are there only if known, and survive JSON', () => {
    const error = new errors.ServerError('Failed', { status: 503, requestId: undefined, attempts: 6 });
    expect(Object.keys(error).sort()).toEqual(['attempts', 'code', 'name', 'status', 'summary']);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'server', status: 503, attempts: 6 });
  });

  it('do not show the cause to those who list them', () => {
    const error = new errors.NetworkError('Reset', { cause: new Error('ECONNRESET') });
    expect(error.cause).toMatchObject({ message: 'ECONNRESET' });
    expect(Object.keys(error)).not.toContain('cause');
  });
});

describe('an error with more context', () => {
  const error = new errors.ServerError('Failed', { request: 'GET /x', attempts: 2, cause: new Error('inner') });

  it('is another error of the same class, stack and cause, and the first one stays as it is', () => {
    const more = withContext(error, { page: 4, attempts: 3, hint: 'Come back later.', status: undefined });
    expect(more).toMatchObject({ page: 4, attempts: 3, hint: 'Come back later.', request: 'GET /x', code: 'server' });
    expect(more.message).toBe('Failed (GET /x). Come back later.');
    expect(more).toBeInstanceOf(errors.ServerError);
    expect(more.cause).toBe(error.cause);
    expect(more.stack).toBe(error.stack?.replace(error.message, more.message));
    expect(Object.keys(more)).not.toContain('status');
    expect(error).toMatchObject({ attempts: 2, message: 'Failed (GET /x).' });
    expect(error).not.toHaveProperty('page');
  });

  it('keeps the hint it had unless another is given', () => {
    const hinted = withContext(error, { hint: 'Wait.' });
    expect(withContext(hinted, { page: 4 }).message).toBe('Failed (GET /x). Wait.');
    expect(withContext(hinted, { hint: 'Go on.' })).toMatchObject({
      hint: 'Go on.',
      message: 'Failed (GET /x). Go on.',
    });
    expect(withContext(hinted, { problem: 'api-failed' }).hint).toContain('Try again later');
  });

  it('keeps the fields of its class', () => {
    const missing = new errors.IncompleteError({ windows: [{ from, to, expected: 3, found: 2 }] });
    const resume = { version: 2, filters: '', order: 'asc', windows: [] } as const;
    expect(withContext(missing, { resume })).toMatchObject({ windows: missing.windows, rejected: [], resume });
  });
});
