import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { safeCause } from '../../../src/core/errors/safe-cause.ts';

const token = 'abcdefghijklmnopqrstuvwxyz0123456789';

describe('a foreign error kept as a cause', () => {
  it('keeps its name, code and message', () => {
    const foreign = Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' });
    expect(safeCause(foreign)).toMatchObject({ name: 'TypeError', code: 'ECONNRESET', message: 'fetch failed' });
  });

  it('loses what hangs on it, such as a request with its headers, on every level', () => {
    const inner = Object.assign(new Error(`sent Bearer ${token}`), { request: { headers: { authorization: token } } });
    const foreign = Object.assign(new Error('fetch failed', { cause: inner }), { config: { token } });
    const shown = inspect(safeCause(foreign), { depth: Infinity, showHidden: true });
    expect(shown).toContain('fetch failed');
    expect(shown).toContain('Bearer [redacted]');
    expect(shown).not.toContain(token);
  });

  it('ends, even where a cause is its own cause', () => {
    const foreign = new Error('again');
    foreign.cause = foreign;
    expect(inspect(safeCause(foreign), { depth: Infinity })).toContain('again');
  });

  it('is an error, even where a text or nothing was thrown', () => {
    expect(safeCause(`token=${token}`).message).toBe('token=[redacted]');
    expect(safeCause(undefined).message).toBe('undefined');
  });
});
