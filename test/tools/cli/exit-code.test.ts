import { describe, expect, it } from '@jest/globals';
import { exitCodeOf } from '../../../src/tools/cli/exit-code.ts';
import { AbortedError, AccountLockedError, ConfigurationError, ServerError } from '../../../src/core/errors/index.ts';
import { OutputError } from '../../../src/tools/export/index.ts';

describe('the exit code', () => {
  it.each([
    ['configuration', 2],
    ['sandbox-configuration', 2],
    ['commander.unknownOption', 2],
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
