import { setTimeout } from 'node:timers/promises';
import type { Credentials } from '../../../src/core/auth/auth-option.ts';
import { createAuthoriser } from '../../../src/core/auth/authoriser.ts';
import type { TokenStore } from '../../../src/core/auth/token-store.ts';
import type { FetchLike } from '../../../src/core/http/attempt.ts';
import type { Clock } from '../../../src/core/http/clock.ts';
import { createFakeClock, settle, type FakeClock } from '../../support/fake-clock.ts';
import { credentials, granted, oauthError } from './set-up.ts';

/** What happens to a login on its way: the server decides, or something else comes first. */
export type Fate = 'decided' | 'lost' | 'unsent' | 'failing' | 'elsewhere' | 'killed';

export type Fault = 'read' | 'write' | 'withLock';

/** One event in the life of an account and of the processes that log in to it. */
export type Step =
  | {
      readonly type: 'processes';
      /** One entry for each process that starts: whether its password is right, and what happens to its logins. */
      readonly starts: readonly { readonly right: boolean; readonly fate: Fate; readonly abortAfter: number }[];
    }
  | { readonly type: 'jump'; readonly minutes: number }
  | { readonly type: 'faults'; readonly faults: readonly Fault[] };

const minute = 60_000;
const lockMs = 30 * minute;
const failuresUntilLock = 5;

/** A store for one process of the world. Its clock stands still when the process is killed. */
export type OpenStore = (clock: Clock) => TokenStore;

/**
 * An account with its token endpoint, a store that fails on demand, and processes that are killed or give up. Notes each
 * login that the rules forbid.
 */
export class LoginWorld {
  readonly clock: FakeClock = createFakeClock({ autoAdvanceUpToMs: 40_000 });
  readonly violations: string[] = [];
  readonly #openStore: OpenStore;
  #faults: readonly Fault[] = [];
  #inFlight = 0;
  #failures = 0;
  #lastAttemptAt = -Infinity;
  /** What the processes have been able to record. */
  #wrongPasswordRecorded = false;
  #lockRecordedAt = -Infinity;
  #unanswered = { count: 0, at: -Infinity };

  constructor(openStore: OpenStore) {
    this.#openStore = openStore;
  }

  async take(step: Step): Promise<void> {
    if (step.type === 'jump') await this.clock.advance(step.minutes * minute);
    else if (step.type === 'faults') this.#faults = step.faults;
    else await Promise.all(step.starts.map((start) => this.#runProcess(start)));
  }

  async #runProcess({ right, fate, abortAfter }: { right: boolean; fate: Fate; abortAfter: number }): Promise<void> {
    const process = { killed: false, gone: false, refused: false };
    const leaving = new AbortController();
    const clock: Clock = {
      now: () => this.clock.now(),
      after: (delayMs, callback) =>
        this.clock.after(delayMs, () => {
          if (!process.killed) callback();
        }),
    };
    let kill: () => void = () => undefined;
    const death = new Promise<never>((_resolve, reject) => {
      kill = () => {
        process.killed = true;
        reject(new Error('killed'));
      };
    });
    death.catch(() => undefined);
    const authoriser = createAuthoriser(this.#credentials(right), {
      tokenUrl: 'https://api.example.com/token',
      fetch: this.#endpoint(right, fate, process, kill),
      clock,
      random: () => 0.5,
      store: this.#storeOf(process, clock, death),
      emit: () => undefined,
      timeoutMs: 60_000,
      retry: { maxAttempts: 3, maxRetryAfterMs: 120_000 },
    });
    const calls = (async () => {
      for (let call = 0; call < 2; call += 1) await authoriser.authorise(leaving.signal).catch(() => undefined);
    })();
    const abort = (async () => {
      if (abortAfter === 0) return;
      await settle(abortAfter);
      leaving.abort(new Error('enough'));
      await settle(2);
      process.gone = true;
    })();
    await Promise.all([Promise.race([calls, death.catch(() => undefined)]), abort]);
  }

  #credentials(right: boolean): Credentials {
    return { ...credentials, password: right ? 'the right one' : 'a wrong one' };
  }

  /** The shared store, as one process sees it: it fails while a fault lasts, and a killed process does nothing more. */
  #storeOf(process: { killed: boolean }, clock: Clock, death: Promise<never>): TokenStore {
    const store = this.#openStore(clock);
    const unless = async <Result>(fault: Fault, work: () => Promise<Result>): Promise<Result> => {
      if (process.killed) return death;
      // Real stores take a while, so that processes meet in every order.
      await setTimeout();
      if (this.#faults.includes(fault)) throw new Error('the store fails');
      return work();
    };
    return {
      read: (key) => unless('read', () => store.read(key)),
      write: (key, access) => unless('write', () => store.write(key, access)),
      withLock: (key, work, signal) =>
        unless('withLock', () => store.withLock(key, () => Promise.race([work(), death]), signal)),
    };
  }

  #endpoint(
    right: boolean,
    fate: Fate,
    process: { killed: boolean; gone: boolean; refused: boolean },
    kill: () => void,
  ): FetchLike {
    return async (_url, { body = '' }) => {
      // Refresh tokens have expired by the time they are needed, so that there are more logins.
      if (body.includes('grant_type=refresh_token')) return oauthError(400, 'invalid_grant');
      if (fate === 'unsent')
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) });
      this.#check(right, process);
      this.#inFlight += 1;
      try {
        await settle(2);
        return this.#answer(right, fate, process, kill);
      } finally {
        this.#inFlight -= 1;
      }
    };
  }

  #answer(right: boolean, fate: Fate, process: { refused: boolean }, kill: () => void): Response | Promise<Response> {
    const canRecord = !this.#faults.includes('write');
    const now = this.clock.now();
    if (fate === 'elsewhere') return new Response('<html></html>', { status: 404 });
    if (fate === 'failing') return new Response('', { status: 502 });

    const response = this.#decide(right, now);
    if (fate === 'lost' || fate === 'killed') {
      if (canRecord) this.#unanswered = { count: this.#unanswered.count + 1, at: now };
      if (fate === 'lost')
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) });
      kill();
      return new Promise(() => undefined);
    }
    if (canRecord) this.#unanswered = { count: 0, at: -Infinity };
    if (response === 'granted') return granted(now);
    process.refused = true;
    if (canRecord && response === 'locked') this.#lockRecordedAt = now;
    if (canRecord && response === 'refused') this.#wrongPasswordRecorded = true;
    return oauthError(400, 'invalid_grant', response === 'locked' ? '17003 locked' : 'Authentication failed');
  }

  /** The account locks after a few failures, for 30 minutes from the last attempt, whatever the password (fact 11). */
  #decide(right: boolean, now: number): 'granted' | 'refused' | 'locked' {
    if (now >= this.#lastAttemptAt + lockMs && this.#failures >= failuresUntilLock) this.#failures = 0;
    this.#lastAttemptAt = now;
    if (this.#failures >= failuresUntilLock) return 'locked';
    this.#failures = right ? 0 : this.#failures + 1;
    return right ? 'granted' : 'refused';
  }

  /** Notes whether the login that is being sent breaks a rule. */
  #check(right: boolean, process: { gone: boolean; refused: boolean }): void {
    const now = this.clock.now();
    const canRead = !this.#faults.includes('read');
    const { count, at } = this.#unanswered;
    const rules: [broken: boolean, rule: string][] = [
      [canRead && !right && this.#wrongPasswordRecorded, 'a second login with refused credentials'],
      [canRead && now < this.#lockRecordedAt + lockMs, 'a login while the user is known to be locked'],
      [canRead && now < at + (count > 1 ? lockMs : minute), 'a login too soon after one without an outcome'],
      [process.refused, 'a second login of the same process after a refusal'],
      [process.gone, 'a login after its caller had left'],
      [this.#inFlight > 0 && !this.#faults.includes('withLock'), 'two logins at once'],
    ];
    this.violations.push(...rules.filter(([broken]) => broken).map(([, rule]) => rule));
  }
}
