import type { SandboxSwitches } from '../switches.ts';

const LOCK_MS = 30 * 60_000;

type GuardSwitches = Pick<SandboxSwitches, 'failedLoginsUntilLock' | 'lockWording'>;

const lockWordings: Readonly<Record<SandboxSwitches['lockWording'], (user: string) => string>> = {
  'user-locked': (user) => `17003 User account is locked for user ${user}. Cannot login until the account is unlocked.`,
  'max-attempts': () => '17003:MaxAttemptsExceeded Maximum failed login attempts exceeded',
  'pre-authentication': () => '17003 Error when handling event : PRE_AUTHENTICATION',
  'no-code': (user) => `Authentication failed for ${user}`,
};

/** Counts failed logins and locks users for 30 minutes from the last attempt (fact 11). */
export class LoginGuard {
  readonly #limit: number;
  readonly #wording: (user: string) => string;
  readonly #failures = new Map<string, { count: number; last: number }>();

  constructor({ failedLoginsUntilLock, lockWording }: GuardSwitches) {
    this.#limit = failedLoginsUntilLock;
    this.#wording = lockWordings[lockWording];
  }

  /** What the user is told, or `undefined` where the login succeeds. Times are milliseconds. */
  attempt(user: string, isRight: boolean, now: number): string | undefined {
    const earlier = this.#failures.get(user);
    const isOver = earlier === undefined || now - earlier.last >= LOCK_MS;
    const count = isOver ? 0 : earlier.count;
    const isLocked = count >= this.#limit;
    if (!isLocked && isRight) {
      this.#failures.delete(user);
      return undefined;
    }
    this.#failures.set(user, { count: count + 1, last: now });
    return isLocked ? this.#wording(user) : `Authentication failed for ${user}`;
  }
}
