import { AccountLockedError, AuthenticationRefusedError } from '../errors/index.ts';
import { loginHint } from './login-hint.ts';
import type { Grant } from './grant.ts';
import type { LoginRefusal, StoredAccess } from './token-store.ts';

/**
 * How many refused credentials are remembered of one user, so that two programs with two wrong passwords don't let each
 * other go on.
 */
const maxRefusals = 8;

/** What is recorded of a code that came from outside: a word, nothing longer. */
const codePattern = /^[\w.:-]{1,40}$/;

/** An answer that means: these credentials are refused, and will be again. */
export type LoginRefused = AuthenticationRefusedError | AccountLockedError;

export function isLoginRefused(error: unknown): error is LoginRefused {
  return error instanceof AuthenticationRefusedError || error instanceof AccountLockedError;
}

/** The access with the refusal on record, in place of an earlier one of the same credentials. */
export function withRefusal(access: StoredAccess, refusal: LoginRefusal): StoredAccess {
  const others = (access.refusals ?? []).filter(({ fingerprint }) => fingerprint !== refusal.fingerprint);
  return { ...access, refusals: [...others, refusal].slice(-maxRefusals) };
}

export function refusalOf(error: LoginRefused, fingerprint: string, at: number): LoginRefusal {
  const { status, faultCode } = error;
  return {
    fingerprint,
    at,
    locked: error instanceof AccountLockedError,
    ...(status === undefined ? {} : { status }),
    ...(faultCode !== undefined && codePattern.test(faultCode) ? { faultCode } : {}),
  };
}

/** The error of a login that isn't made, because the same one has been refused. */
export function brakedError({ at, locked, status, faultCode }: LoginRefusal, kind: Grant['kind']): LoginRefused {
  const when = new Date(at).toISOString();
  const hint = loginHint({ kind, locked, status, faultCode });
  const details = { hint, status, faultCode, retryRefusal: 'not-retryable' as const };
  const summary = `No login was made: the last one with these credentials, at ${when}, `;
  return locked
    ? new AccountLockedError(`${summary}found the user locked`, details)
    : new AuthenticationRefusedError(`${summary}was refused`, details);
}
