import { AuthenticationRefusedError, ConfigurationError } from '../errors/index.ts';
import { safeCause } from '../errors/redact.ts';
import type { TokenFunction } from './auth-option.ts';
import type { TokenSource } from './token-source.ts';
import { isSendableToken } from './validate-auth.ts';

/** Tokens from the caller's function. */
export function createFunctionSource(makeToken: TokenFunction): TokenSource {
  return {
    abandonable: true,
    async obtain(rejected, signal) {
      const token = await call(makeToken, rejected?.token, signal);
      if (!isSendableToken(token)) throw new ConfigurationError('The token function gave no access token', { hint });
      if (token === rejected?.token) {
        throw new AuthenticationRefusedError('The token function gave the token again that was refused', {
          hint: 'It is told the refused token as `rejected`, and has to make another.',
        });
      }
      // What the function gives unasked may come from a cache of its own.
      return { token, source: 'function', fresh: rejected !== undefined };
    },
    reset: () => Promise.resolve(),
  };
}

const hint = 'It has to give the token as one word, without "Bearer" before it.';

async function call(makeToken: TokenFunction, rejected: string | undefined, signal: AbortSignal): Promise<string> {
  try {
    return await makeToken(rejected === undefined ? { signal } : { rejected, signal });
  } catch (error) {
    // The function's own error may hold what it works with, so that a copy without it goes out.
    throw new AuthenticationRefusedError('The token function failed', {
      hint: 'Its own error is the cause.',
      cause: safeCause(error),
    });
  }
}
