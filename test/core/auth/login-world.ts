import { setTimeout } from 'node:timers/promises';
import type { Credentials } from '../../../src/core/auth/auth-option.ts';
import { createAuthoriser, type ClientAuthoriser } from '../../../src/core/auth/authoriser.ts';
import type { TokenStore } from '../../../src/core/auth/token-store.ts';
import { ReportsError } from '../../../src/core/errors/index.ts';
import type { FetchLike } from '../../../src/core/http/attempt.ts';
import type { Clock } from '../../../src/core/http/clock.ts';
import { createFakeClock, settle, type FakeClock } from '../../support/fake-clock.ts';
import { credentials, granted, oauthError } from './set-up.ts';

/** The fate of a login: the server decides, or something else happens first. */
export type Fate = 'decided' | 'lost' | 'unsent' | 'failing' | 'elsewhere' | 'killed';

/** A method of the store that fails; `glitch`: the first time that a process reads. */
export type Fault = 'read' | 'write' | 'withLock' | 'glitch';

/** A process that starts: whether its password is right, what happens to its logins, and when its caller leaves. */
export interface Start {
  readonly right: boolean;
  readonly fate: Fate;
  /** In turns of the event loop; 0 for never. */
  readonly abortAfter: number;
}

/** One event in the life of an account and of the processes that log in to it. */
export type Step =
  | { readonly type: 'processes'; readonly starts: readonly Start[] }
  /** A process that started earlier and still runs needs a token again. */
  | { readonly type: 'again'; readonly which: number; readonly fate: Fate; readonly abortAfter: number }
  | { readonly type: 'jump'; readonly minutes: number }
  /** Another program, which shares no store, fails to log in until the user is locked. */
  | { readonly type: 'lockout' }
  | { readonly type: 'faults'; readonly faults: readonly Fault[] };

const minute = 60_000;
const lockMs = 30 * minute;
const failuresUntilLock = 5;
/** The most failed logins within `lockMs` while the store works: two without an outcome, and one that is refused. */
const mostFailures = 3;

/** A store for one process of the world. Its clock stands still when the process is killed. */
export type OpenStore = (clock: Clock) => TokenStore;

/** A process, and what it must remember even if the store forgets it. */
interface Process {
  readonly right: boolean;
  readonly authoriser: ClientAuthoriser;
  /** Kills it: nothing that it does reaches the store any more. */
  readonly kill: () => void;
  readonly death: Promise<never>;
  fate: Fate;
  killed: boolean;
  /** Its caller has left. */
  gone: boolean;
  hadGlitch: boolean;
  refusedUntil: number;
  /** When it last read the store, which is the earliest time that it can have recorded of its login. */
  readAt: number;
  unanswered: Unanswered;
}

interface Unanswered {
  readonly count: number;
  readonly at: number;
}

const none: Unanswered = { count: 0, at: -Infinity };

/** Until when the next login has to wait: a minute after one without an outcome, 30 minutes after several in a row. */
const endOf = ({ count, at }: Unanswered): number => at + (count > 1 ? lockMs : minute);

/**
 * An account with its token endpoint, a store that fails on demand, and processes that are killed or give up. Notes each
 * login that the rules forbid, and each block that outlasts its message.
 */
export class LoginWorld {
  readonly clock: FakeClock = createFakeClock({ autoAdvanceUpToMs: 4_000 });
  readonly violations: string[] = [];
  readonly #openStore: OpenStore;
  readonly #required: boolean;
  readonly #processes: Process[] = [];
  #faults: readonly Fault[] = [];
  #sent = 0;
  #inFlight = 0;
  /** The state of the processes, the store and the server. */
  #busy = 0;
  /** The number of processes of this step: a single one needs no lock. */
  #atOnce = 0;
  /** The account, at the server. */
  #failures = 0;
  #lastAttemptAt = -Infinity;
  /** The times of failed logins since the store last failed. */
  #failedAt: number[] = [];
  /** The outcomes that the processes were able to record. */
  #wrongPasswordRecorded = false;
  #lockRecordedAt = -Infinity;
  #unanswered = none;
  /** Everything that has happened, and so may be recorded. */
  #happened = { refusal: false, lockAt: -Infinity, noOutcomeAt: -Infinity, noOutcomes: 0, faults: false };

  /** `required`: the store may not be used for logins that it cannot record. */
  constructor(openStore: OpenStore, required = false) {
    this.#openStore = openStore;
    this.#required = required;
  }

  async take(step: Step): Promise<void> {
    if (step.type === 'jump') await this.clock.advance(step.minutes * minute);
    else if (step.type === 'lockout') this.#lockOut();
    else if (step.type === 'faults') this.#fail(step.faults);
    else if (step.type === 'again') await this.#runAgain(step);
    else await this.#runAll(step.starts.map((start) => [this.#start(start), start.abortAfter] as const));
  }

  /**
   * The store works again, and somebody with the right password comes. Each block must end when its message says so, and
   * a login must then be made; nothing blocks the user for longer than a lock that others keep up.
   */
  async end(): Promise<void> {
    this.#fail([]);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const sent = this.#sent;
      const process = this.#start({ right: true, fate: 'decided', abortAfter: 0 });
      const [error] = await this.#runAll([[process, 0]]);
      if (error === undefined) return;
      if (attempt > 1 && this.#sent === sent) this.violations.push(`a block that outlasts its end: ${error.message}`);
      if (!(error instanceof ReportsError) || error.retryAfterMs === undefined || error.retryAfterMs > lockMs) break;
      const until = new Date(this.clock.now() + error.retryAfterMs).toISOString();
      if (this.#sent === sent && !error.message.includes(until)) this.violations.push(`not ${until}: ${error.message}`);
      await this.clock.advance(error.retryAfterMs);
    }
    this.violations.push('the right password gets no token');
  }

  #lockOut(): void {
    this.#failures = failuresUntilLock;
    this.#lastAttemptAt = this.clock.now();
  }

  #fail(faults: readonly Fault[]): void {
    if (faults.length > 0) this.#failedAt = [];
    this.#happened.faults ||= faults.length > 0;
    this.#faults = faults;
  }

  async #runAgain({ which, fate, abortAfter }: Extract<Step, { type: 'again' }>): Promise<void> {
    const alive = this.#processes.filter(({ killed }) => !killed);
    const process = alive[which % alive.length];
    if (!process) return;
    Object.assign(process, { fate, gone: false });
    await this.#runAll([[process, abortAfter]]);
  }

  /** Runs processes at once, to the end of all that they have begun. Returns the error that each of them met last. */
  async #runAll(runs: readonly (readonly [Process, abortAfter: number])[]): Promise<(Error | undefined)[]> {
    this.#atOnce = runs.length;
    const errors = await Promise.all(runs.map(([process, abortAfter]) => this.#run(process, abortAfter)));
    // A login whose caller has left goes on.
    for (let quiet = 0; quiet < 5; quiet = this.#busy > 0 ? 0 : quiet + 1) await settle(1);
    // Without a lock, what one process put on record for a moment may be written back by another.
    if (this.#faults.includes('withLock') && runs.length > 1) this.#happened.noOutcomeAt = this.clock.now();
    return errors;
  }

  /** Has a process get a token twice, unless its caller leaves before. */
  async #run(process: Process, abortAfter: number): Promise<Error | undefined> {
    const leaving = new AbortController();
    let failure: Error | undefined;
    const calls = (async () => {
      for (let call = 0; call < 2; call += 1) {
        failure = undefined;
        await process.authoriser.authorise(leaving.signal).catch((error: unknown) => {
          failure = error as Error;
          this.#checkBlock(process, failure);
        });
      }
    })();
    const abort = (async () => {
      if (abortAfter === 0) return;
      await settle(abortAfter);
      leaving.abort(new Error('enough'));
      await settle(1);
      process.gone = true;
    })();
    await Promise.all([Promise.race([calls, process.death.catch(() => undefined)]), abort]);
    return failure;
  }

  #start({ right, fate }: Start): Process {
    let reject: (reason: Error) => void = () => undefined;
    const death = new Promise<never>((_resolve, rejectIt) => (reject = rejectIt));
    death.catch(() => undefined);
    const state = { right, fate, death, killed: false, gone: false, hadGlitch: false };
    const memory = { refusedUntil: -Infinity, readAt: -Infinity, unanswered: none };
    const process: Omit<Process, 'authoriser'> = {
      ...state,
      ...memory,
      kill: () => {
        process.killed = true;
        reject(new Error('killed'));
      },
    };
    const clock: Clock = {
      now: () => this.clock.now(),
      after: (delayMs, callback) =>
        this.clock.after(delayMs, () => {
          if (!process.killed) callback();
        }),
    };
    const authoriser = createAuthoriser(this.#credentials(right), {
      tokenUrl: 'https://api.example.com/token',
      fetch: this.#endpoint(process),
      clock,
      random: () => 0.5,
      store: this.#storeOf(process, clock),
      emit: () => undefined,
      timeoutMs: 60_000,
      retry: { maxAttempts: 3, maxRetryAfterMs: 120_000 },
    });
    const started: Process = Object.assign(process, { authoriser });
    this.#processes.push(started);
    return started;
  }

  #credentials(right: boolean): Credentials {
    return { ...credentials, password: right ? 'the right one' : 'a wrong one' };
  }

  /** The shared store, as one process sees it: it fails while a fault lasts, and a killed process does nothing more. */
  #storeOf(process: Omit<Process, 'authoriser'>, clock: Clock): TokenStore {
    const store = this.#openStore(clock);
    const unless = async <Result>(fault: Fault, work: () => Promise<Result>): Promise<Result> => {
      if (process.killed) return process.death;
      this.#busy += 1;
      try {
        // Real stores take a while, so that processes meet in every order.
        await setTimeout();
        if (this.#faults.includes(fault)) throw new Error('the store fails');
        return await work();
      } finally {
        this.#busy -= 1;
      }
    };
    return {
      required: this.#required,
      read: (key) => {
        const isGlitch = this.#faults.includes('glitch') && !process.hadGlitch;
        process.hadGlitch = true;
        process.readAt = this.clock.now();
        return isGlitch ? Promise.reject(new Error('the store fails once')) : unless('read', () => store.read(key));
      },
      write: (key, access) =>
        unless('write', () => {
          if (this.#faults.includes('read')) this.#forgetRecords(process);
          return store.write(key, access);
        }),
      withLock: (key, work, signal) =>
        unless('withLock', () => store.withLock(key, () => Promise.race([work(), process.death]), signal)),
    };
  }

  #endpoint(process: Omit<Process, 'authoriser'>): FetchLike {
    return async (_url, { body = '' }) => {
      // Refresh tokens have expired by the time they are needed, so that there are more logins.
      if (body.includes('grant_type=refresh_token')) return oauthError(400, 'invalid_grant');
      if (process.fate === 'unsent')
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) });
      this.#check(process);
      const sentAt = this.clock.now();
      this.#sent += 1;
      this.#inFlight += 1;
      this.#busy += 1;
      await settle(2);
      this.#inFlight -= 1;
      this.#busy -= 1;
      return this.#answer(process, sentAt);
    };
  }

  #answer(process: Omit<Process, 'authoriser'>, now: number): Response | Promise<Response> {
    const { fate } = process;
    if (fate === 'elsewhere') return new Response('<html></html>', { status: 404 });
    if (fate === 'failing') return new Response('', { status: 502 });

    // Without a lock, what one process records may be replaced by another that read the store before.
    const isAlone = this.#atOnce === 1 || !this.#faults.includes('withLock');
    const canRecord = !this.#faults.includes('write') && isAlone;
    const response = this.#decide(process.right, now);
    if (fate === 'lost' || fate === 'killed') {
      const at = process.readAt;
      this.#happened.noOutcomeAt = now;
      this.#happened.noOutcomes += 1;
      if (canRecord) this.#unanswered = { count: this.#unanswered.count + 1, at };
      process.unanswered = { count: process.unanswered.count + 1, at };
      if (fate === 'lost')
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) });
      process.kill();
      return new Promise(() => undefined);
    }
    if (canRecord) this.#unanswered = none;
    for (const each of this.#processes) each.unanswered = none;
    this.#happened.noOutcomes = 0;
    if (response === 'granted') return granted(now);
    if (response === 'refused') this.#happened.refusal = true;
    else this.#happened.lockAt = this.clock.now();
    process.refusedUntil = response === 'locked' ? now + lockMs : Infinity;
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
    if (!right && this.#faults.length === 0) this.#failedAt.push(now);
    return right ? 'granted' : 'refused';
  }

  /** Notes whether the login that is being sent breaks a rule. */
  #check(process: Omit<Process, 'authoriser'>): void {
    const now = this.clock.now();
    const fails = (fault: Fault): boolean => this.#faults.includes(fault);
    const canRead = !fails('read');
    const failures = this.#failedAt.filter((at) => now - at < lockMs).length;
    const rules: [broken: boolean, rule: string][] = [
      [canRead && !process.right && this.#wrongPasswordRecorded, 'a second login with refused credentials'],
      [canRead && now < this.#lockRecordedAt + lockMs, 'a login while the user is known to be locked'],
      [canRead && now < endOf(this.#unanswered), 'a login too soon after one without an outcome'],
      [now < endOf(process.unanswered), 'a login of the same process too soon after one without an outcome'],
      [now < process.refusedUntil, 'a second login of the same process after a refusal'],
      [process.gone, 'a login after its caller had left'],
      [this.#inFlight > 0 && !fails('withLock'), 'two logins at once'],
      [this.#required && (fails('write') || fails('withLock')), 'a login that a required store cannot record'],
      [!process.right && failures >= mostFailures, 'a login that brings the user close to the lock'],
    ];
    this.violations.push(...rules.filter(([broken]) => broken).map(([, rule]) => rule));
  }

  /** Notes a login that is not made without a reason in what has happened. */
  #checkBlock({ right }: Process, error: Error): void {
    if (!(error instanceof ReportsError) || !error.message.startsWith('No login was made:')) return;
    const { refusal, lockAt, noOutcomeAt, noOutcomes, faults } = this.#happened;
    const isRecent = (at: number, durationMs = lockMs): boolean => this.clock.now() < at + durationMs;
    const isRacing = this.#faults.includes('withLock') && this.#atOnce > 1;
    // A store that has failed may still hold what has been settled since.
    const pauseMs = faults || noOutcomes > 1 ? lockMs : noOutcomes * minute;
    const isJustified =
      (error.code === 'authentication-refused' && refusal && !right) ||
      (error.code === 'account-locked' && isRecent(lockAt)) ||
      (error.code === 'network' && (isRecent(noOutcomeAt, pauseMs) || isRacing));
    if (!isJustified) this.violations.push(`a block without a reason: ${error.message}`);
  }

  /**
   * A store that cannot be read but written is taken for damaged: what it held is replaced. Processes that read it again
   * believe it; the one that replaced it still knows what it knew.
   */
  #forgetRecords(author: Omit<Process, 'authoriser'>): void {
    this.#wrongPasswordRecorded = false;
    this.#lockRecordedAt = -Infinity;
    this.#unanswered = none;
    this.#failedAt = [];
    for (const each of this.#processes) {
      if (each !== author) Object.assign(each, { refusedUntil: -Infinity, unanswered: none });
    }
  }
}
