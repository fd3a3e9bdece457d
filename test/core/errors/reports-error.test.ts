import { describe, expect, it } from '@jest/globals';

import * as errors from '../../../src/core/errors/index.ts';
import { annotate } from '../../../src/core/errors/reports-error.ts';

const from = new Date('2026-01-01T00:00:00Z');
const to = new Date('2026-01-02T00:00:00Z');

const examples = {
  aborted: new errors.AbortedError('Aborted'),
  'account-locked': new errors.AccountLockedError('Locked'),
  'authentication-refused': new errors.AuthenticationRefusedError('Refused'),
  configuration: new errors.ConfigurationError('Wrong'),
  incomplete: new errors.IncompleteError([{ from, to, expected: 3, found: 2 }]),
  'invalid-parameters': new errors.InvalidParametersError('Refused', [{ name: 'page', reason: 'too low' }]),
  'malformed-response': new errors.MalformedResponseError('Cut'),
  network: new errors.NetworkError('Reset'),
  'not-found': new errors.NotFoundError('Gone'),
  'not-subscribed': new errors.NotSubscribedError('Not subscribed'),
  'rate-limited': new errors.RateLimitedError('Throttled'),
  'retry-budget-exhausted': new errors.RetryBudgetExhaustedError('Too many'),
  server: new errors.ServerError('Failed'),
  timeout: new errors.TimeoutError('Late'),
  'unexpected-response': new errors.UnexpectedResponseError('Odd'),
} satisfies Record<errors.ReportsErrorCode, errors.ReportsError>;

describe('each error', () => {
  it.each(Object.entries(examples))('%s is a ReportsError with that code and a name of its own', (code, error) => {
    expect(error).toBeInstanceOf(errors.ReportsError);
    expect(error.code).toBe(code);
    expect(error.name).toBe(error.constructor.name);
    expect(String(error)).toContain(error.name);
  });

  it('has a class of its own', () => {
    expect(new Set(Object.values(examples).map((error) => error.constructor)).size).toBe(Object.keys(examples).length);
  });
});

describe('the message of an error', () => {
  it('says what happened, where, and what to do', () => {
    const error = new errors.ServerError('The server failed with 503', { request: 'GET /x', hint: 'Come back later.' });
    expect(error.message).toBe('The server failed with 503 (GET /x). Come back later.');
  });

  it('names the windows that miss calls, the first of many', () => {
    const window = { from, to, expected: 3, found: 2 };
    expect(new errors.IncompleteError([window]).message).toBe(
      'Calls are missing in 2026-01-01T00:00:00.000Z to 2026-01-02T00:00:00.000Z (2 of 3 found).',
    );
    expect(new errors.IncompleteError([window, window]).message).toContain('2 windows, the first 2026-01-01');
  });
});

describe('the fields of an error', () => {
  it('are there only if known, and survive JSON', () => {
    const error = new errors.ServerError('Failed', { status: 503, requestId: undefined, attempts: 6 });
    expect(Object.keys(error).sort()).toEqual(['attempts', 'code', 'name', 'status']);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'server', status: 503, attempts: 6 });
  });

  it('can be added later; a hint then ends the message, once', () => {
    const error = annotate(new errors.ServerError('Failed'), { page: 4, attempts: 2, hint: 'Come back later.' });
    annotate(error, { attempts: 3, hint: 'Come back later.' });
    expect(error).toMatchObject({ page: 4, attempts: 3, hint: 'Come back later.' });
    expect(error.message).toBe('Failed. Come back later.');
  });

  it('do not show the cause to those who list them', () => {
    const error = new errors.NetworkError('Reset', { cause: new Error('ECONNRESET') });
    expect(error.cause).toMatchObject({ message: 'ECONNRESET' });
    expect(Object.keys(error)).not.toContain('cause');
  });
});
