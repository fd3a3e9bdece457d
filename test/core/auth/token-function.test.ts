import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import type { TokenFunctionContext } from '../../../src/core/auth/auth-option.ts';
import { AuthenticationRefusedError, ConfigurationError } from '../../../src/core/errors/index.ts';
import { settle } from '../../support/fake-clock.ts';
import { errorOf, patient, setUp } from './set-up.ts';
import { runRequests, simulateApi } from './simulated-api.ts';

function setUpFunction(make: (number: number) => string | Promise<string>) {
  const calls: TokenFunctionContext[] = [];
  const auth = (context: TokenFunctionContext): string | Promise<string> => {
    calls.push(context);
    return make(calls.length);
  };
  return { ...setUp({ auth }), calls };
}

describe('a token function', () => {
  it('is called once, and its token kept, for all requests until one is refused', async () => {
    const { authorise, calls, tokens, requests } = setUpFunction((number) => `token-${number}`);
    await Promise.all(Array.from({ length: 20 }, authorise));
    await expect(authorise()).resolves.toBe('token-1');
    expect(calls).toHaveLength(1);
    expect(calls[0]).not.toHaveProperty('rejected');
    expect(tokens).toEqual([{ source: 'function' }]);
    expect(requests).toHaveLength(0);
  });

  it('is told the refused token, once for all who wait', async () => {
    const { authoriser, calls } = setUpFunction((number) => Promise.resolve(`token-${number}`));
    const api = simulateApi(authoriser, (_token, use) => (use <= 3 ? 'accepted' : 'refused'));
    await expect(runRequests(api, 30, 8)).resolves.toEqual([]);
    expect(calls.slice(1).map(({ rejected }) => rejected)).toEqual(
      calls.slice(1).map((_call, index) => `token-${index + 1}`),
    );
  });

  it('is given one chance to replace a first token that came from its own cache', async () => {
    const { authoriser, calls } = setUpFunction((number) => `token-${number}`);
    const api = simulateApi(authoriser, (token) => (token === 'token-1' ? 'refused' : 'accepted'));
    await expect(api.request()).resolves.toBeUndefined();
    expect(calls).toHaveLength(2);
  });

  it('is not asked a third time when the token made for the refusal is refused on its first use', async () => {
    const { authoriser, calls } = setUpFunction((number) => `token-${number}`);
    const api = simulateApi(authoriser, () => 'refused');
    await expect(api.request()).resolves.toEqual(expect.any(String));
    expect(calls).toHaveLength(2);
  });

  it('that gives the refused token again is an error, not a loop', async () => {
    const { authoriser, calls } = setUpFunction(() => 'the-only-token');
    const api = simulateApi(authoriser, () => 'refused');
    const error = await errorOf(api.request());
    expect(error).toBeInstanceOf(AuthenticationRefusedError);
    expect(error.message).not.toContain('the-only-token');
    expect(calls).toHaveLength(2);
  });

  it.each(['', 'two words', 'Bearer abc', 'a\nb', 'tökèn', undefined, 7])(
    'that gives %p is a configuration error that does not show it',
    async (token) => {
      const { authorise } = setUpFunction(() => token as string);
      const error = await errorOf(authorise());
      expect(error).toBeInstanceOf(ConfigurationError);
      if (typeof token === 'string' && token !== '') expect(error.message).not.toContain(token);
    },
  );

  it('that fails leads to an error with a safe copy of its own as the cause, and is called again for the next caller', async () => {
    const { authorise } = setUpFunction((number) => {
      if (number === 1) throw Object.assign(new Error('vault sealed'), { config: { secret: 'hidden-away' } });
      return 'token-2';
    });
    const error = await errorOf(authorise());
    expect(error).toMatchObject({ code: 'authentication-refused', cause: { message: 'vault sealed' } });
    expect(inspect(error, { depth: 9 })).not.toContain('hidden-away');
    await expect(authorise()).resolves.toBe('token-2');
  });

  it('has its signal aborted when no request waits any more, and its late token is not used', async () => {
    const late: ((token: string) => void)[] = [];
    const { authoriser, calls } = setUpFunction((number) => {
      return number === 1 ? new Promise((resolve) => late.push(resolve)) : 'token-2';
    });
    const controller = new AbortController();
    const impatient = authoriser.authorise(controller.signal);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    expect(calls[0]?.signal.aborted).toBe(true);
    await expect(authoriser.authorise(patient())).resolves.toBe('token-2');
    late[0]?.('token-1');
    await settle();
    await expect(authoriser.authorise(patient())).resolves.toBe('token-2');
  });
});
