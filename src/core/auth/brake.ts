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

/** How long the gateway keeps a user locked after the last attempt, in milliseconds (fact 11). */
const lockMs = 30 * 60_000;

/**
 * The refusal that forbids a login: one of the same credentials at any time, or of others if it found the user locked
 * less than 30 minutes ago. Any attempt would start those anew, the right password or not.
 */
export function refusalAgainst(
  { refusals = [] }: StoredAccess,
  fingerprint: string,
  now: number,
): LoginRefusal | undefined {
  const own = refusals.find((refusal) => refusal.fingerprint === fingerprint);
  return own ?? refusals.findLast(({ locked, at }) => locked && at <= now && now < at + lockMs);
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

/** The error of a login that isn't made, because of an earlier one that was refused. */
export function brakedError({ at, locked, status, faultCode }: LoginRefusal, kind: Grant['kind']): LoginRefused {
  const hint = loginHint({ kind, locked, status, faultCode });
  const details = { hint, status, faultCode, retryRefusal: 'not-retryable' as const };
  const summary = `No login was made: the last one of this user, at ${iso(at)}, `;
  return locked
    ? new AccountLockedError(`${summary}found the user locked, which may last until ${iso(at + lockMs)}`, details)
    : new AuthenticationRefusedError(`${summary}was refused`, details);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
