import { AccountLockedError, AuthenticationRefusedError, NetworkError, type ReportsError } from '../errors/index.ts';
import { problemOfLogin } from './token-response.ts';
import { encodeParts, toHex, type LoginRefusal, type StoredAccess } from './token-store.ts';

/**
 * The number of refused credentials that are remembered for one user, so that two programs with two wrong passwords do
 * not unblock each other.
 */
const maxRefusals = 8;

/** The time for which the gateway keeps a user locked after the last attempt, in milliseconds (fact 11). */
const lockMs = 30 * 60_000;

/** The pause after the first login whose outcome is not known, in milliseconds; after further ones it is `lockMs`. */
const firstUnansweredPauseMs = 60_000;

/** A code from outside is recorded only if it is one short word. */
const codePattern = /^[\w.:-]{1,40}$/;

/** PBKDF2 iterations: as many as every runtime allows (Workers take no more); about 20 ms. */
const fingerprintIterations = 100_000;

/** The error of a response that rejects the credentials themselves: they would be refused again. */
export type LoginRefused = AuthenticationRefusedError | AccountLockedError;

export function isLoginRefused(error: unknown): error is LoginRefused {
  return error instanceof AuthenticationRefusedError || error instanceof AccountLockedError;
}

/** The reason why a login is blocked, and its end in milliseconds since 1970; a refusal without a lock has no end. */
export type LoginBlock =
  | { readonly cause: 'refused'; readonly refusal: LoginRefusal }
  | { readonly cause: 'locked'; readonly refusal: LoginRefusal; readonly until: number }
  | { readonly cause: 'unanswered'; readonly at: number; readonly until: number };

/**
 * The circuit breaker for logins (fact 11): decides whether a login may be made. The same credentials, once refused,
 * are not tried again. While the user is known to be locked, no login is made with any credentials, because each
 * attempt starts the 30 minutes again. After a login whose outcome is not known, because the process was killed or the
 * response lost, the next one has to wait: a minute after the first, 30 minutes after further ones, so that lost logins
 * alone never lock a user.
 */
export function loginBlock(access: StoredAccess, fingerprint: string | undefined, now: number): LoginBlock | undefined {
  const { refusals = [], unanswered } = access;
  const refusal = refusals.find((each) => each.fingerprint === fingerprint && !each.locked);
  if (refusal) return { cause: 'refused', refusal };

  const locked = refusals.findLast((each) => each.locked && isWithin(each.at, now, lockMs));
  if (locked) return { cause: 'locked', refusal: locked, until: locked.at + lockMs };

  if (!unanswered) return undefined;
  const { at, count } = unanswered;
  const pauseMs = count > 1 ? lockMs : firstUnansweredPauseMs;
  return isWithin(at, now, pauseMs) ? { cause: 'unanswered', at, until: at + pauseMs } : undefined;
}

/** Returns whether two times are close. A time in the far future was written by a wrong clock, and blocks nothing. */
function isWithin(at: number, now: number, durationMs: number): boolean {
  return Math.abs(now - at) < durationMs;
}

/** Returns the access with one more login recorded, which is about to be sent. */
export function withAttempt(access: StoredAccess, now: number): StoredAccess {
  return { ...access, unanswered: { at: now, count: (access.unanswered?.count ?? 0) + 1 } };
}

/** Returns the access after the outcome of a login. */
export function withoutAttempt({ unanswered: _unanswered, ...others }: StoredAccess): StoredAccess {
  return others;
}

/** Returns the access with the refusal recorded; it replaces an earlier one of the same credentials. */
export function withRefusal(access: StoredAccess, error: LoginRefused, fingerprint: string, at: number): StoredAccess {
  const { status, faultCode } = error;
  const refusal: LoginRefusal = {
    fingerprint,
    at,
    locked: error instanceof AccountLockedError,
    ...(status === undefined ? {} : { status }),
    ...(faultCode !== undefined && codePattern.test(faultCode) ? { faultCode } : {}),
  };
  // A lock says nothing about the credentials, so it does not replace a plain refusal of them.
  const stays = (each: LoginRefusal): boolean => each.fingerprint !== fingerprint || (refusal.locked && !each.locked);
  const others = (access.refusals ?? []).filter(stays);
  return { ...withoutAttempt(access), refusals: [...others, refusal].slice(-maxRefusals) };
}

/** The error of a login that is not made because of an earlier one. */
export function blockedError(block: LoginBlock, kind: 'login' | 'authorization-code', now: number): ReportsError {
  const retryRefusal = 'not-retryable';
  if (block.cause === 'unanswered') {
    const { at, until } = block;
    const summary = `No login was made: the last one, at ${iso(at)}, got no response; the next may be made at ${iso(until)}`;
    return new NetworkError(summary, { problem: 'login-unanswered', retryRefusal, retryAfterMs: until - now });
  }
  const { status, faultCode, at } = block.refusal;
  const locked = block.cause === 'locked';
  const details = { ...problemOfLogin({ kind, locked, status, faultCode }), status, faultCode, retryRefusal } as const;
  const summary = `No login was made: the last one of this user, at ${iso(at)}, `;
  if (!locked) return new AuthenticationRefusedError(`${summary}was refused`, details);
  const until = `found the user locked, which may last until ${iso(block.until)}`;
  return new AccountLockedError(summary + until, { ...details, retryAfterMs: block.until - now });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/**
 * A slow hash of secrets (PBKDF2 with SHA-256), as 64 hexadecimal digits: somebody who can read the file cannot try out
 * passwords quickly. The salt is a string of the same user, so that equal passwords of two users differ.
 */
export async function fingerprintOf(salt: string, ...secrets: string[]): Promise<string> {
  const key = await crypto.subtle.importKey('raw', encodeParts(secrets), 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt: encodeParts([salt]), iterations: fingerprintIterations };
  return toHex(await crypto.subtle.deriveBits(parameters, key, 256));
}
