import type { CallLog, TimeWindow } from '../../../src/index.ts';
import { parseApiTime } from '../../../src/index.ts';
import {
  type AccountStore,
  type Changes,
  type Coverage,
  type CoverageChange,
  type Replacement,
  type RunRecord,
  type Stage,
  type Store,
  type StoreAccount,
  StoreError,
  type StoreReader,
} from '../../../src/tools/sync/index.ts';

/** A call in the store. */
export interface StoredCall {
  readonly call: CallLog;
  readonly isListed: boolean;
  readonly syncedAt: Date;
}

/** A store of one account in memory: the simplest implementation of the interface, for tests of `sync`. */
export class MemoryStore implements Store, StoreReader, AccountStore {
  readonly name = 'memory';
  calls: readonly StoredCall[] = [];
  windows: Coverage = [];
  runs: RunRecord[] = [];
  #account: StoreAccount | undefined;
  #isOpen = false;

  open(account: StoreAccount): Promise<AccountStore> {
    if (this.#isOpen) return Promise.reject(new StoreError('locked', 'the account is already open'));
    this.#isOpen = true;
    this.#account = account;
    this.runs = this.runs.map((run) => (run.outcome === 'running' ? { ...run, outcome: 'interrupted' } : run));
    return Promise.resolve(this);
  }

  accounts(): Promise<readonly StoreAccount[]> {
    return Promise.resolve(this.#account ? [this.#account] : []);
  }

  coverage(): Promise<Coverage> {
    return Promise.resolve(this.windows);
  }

  coverageOf(accountId: string): Promise<Coverage> {
    return Promise.resolve(accountId === this.#account?.id ? this.windows : []);
  }

  async *callsOf(
    accountId: string,
    window: TimeWindow,
    { onlyListed = false }: { readonly onlyListed?: boolean | undefined } = {},
  ): AsyncGenerator<readonly CallLog[], void, undefined> {
    if (accountId !== this.#account?.id) return;
    yield await Promise.resolve(
      this.calls
        .filter(({ call, isListed }) => isIn(window, call) && (isListed || !onlyListed))
        .map(({ call }) => call)
        .sort((one, other) => (`${one.start} ${one.id}` < `${other.start} ${other.id}` ? -1 : 1)),
    );
  }

  count(window: TimeWindow): Promise<number> {
    return Promise.resolve(this.#starts(window).length);
  }

  median(window: TimeWindow): Promise<Date | undefined> {
    const starts = this.#starts(window);
    const middle = starts[Math.floor(starts.length / 2)];
    return Promise.resolve(middle === undefined ? undefined : new Date(middle));
  }

  #starts(window: TimeWindow): number[] {
    return this.calls
      .filter(({ call, isListed }) => isListed && isIn(window, call))
      .map(({ call }) => startOf(call))
      .sort((a, b) => a - b);
  }

  stage(): Promise<Stage> {
    let staged: CallLog[] = [];
    return Promise.resolve({
      add: (calls) => Promise.resolve(void staged.push(...calls)),
      commit: async (replacement) => await Promise.resolve().then(() => this.#commit(staged, replacement)),
      discard: () => Promise.resolve(void (staged = [])),
    });
  }

  save(change: CoverageChange): Promise<void> {
    this.windows = change(this.windows);
    return Promise.resolve();
  }

  record(run: RunRecord): Promise<void> {
    this.runs = [...this.runs.filter(({ startedAt }) => startedAt.getTime() !== run.startedAt.getTime()), run];
    return Promise.resolve();
  }

  release(): Promise<void> {
    this.#isOpen = false;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.release();
  }

  #commit(staged: readonly CallLog[], { window, absent, coverage, at }: Replacement): Changes {
    if (!staged.every((call) => isIn(window, call))) throw new RangeError('a staged call is outside its window');
    const before = this.calls.filter(({ call }) => isIn(window, call));
    const storedOf = groupByKey(before, ({ call }) => call);
    const after = [...groupByKey(distinct(staged), (call) => call)].flatMap(([key, copies]) =>
      pair(copies, storedOf.get(key) ?? []),
    );
    const replaced = new Set(after.map(({ earlier }) => earlier));
    const gone = before.filter((stored) => !replaced.has(stored));
    const isSame = ({ call, earlier }: (typeof after)[number]): boolean =>
      earlier?.isListed === true && contentOf(earlier.call) === contentOf(call);
    const written = after.map((next) => {
      const syncedAt = next.earlier && isSame(next) ? next.earlier.syncedAt : at;
      return { call: next.call, isListed: true, syncedAt };
    });
    const kept =
      absent === 'delete' ? [] : gone.map((stored) => ({ ...stored, isListed: stored.isListed && absent === 'keep' }));
    this.calls = [...this.calls.filter(({ call }) => !isIn(window, call)), ...written, ...kept];
    this.windows = coverage(this.windows);
    return {
      added: after.filter(({ earlier }) => earlier === undefined).length,
      changed: after.filter((next) => next.earlier !== undefined && !isSame(next)).length,
      deleted: absent === 'delete' ? gone.length : 0,
      unlisted: absent === 'mark' ? gone.filter(({ isListed }) => isListed).length : 0,
    };
  }
}

/** Pairs each call with the stored one that it replaces: its equal, or the other one if there is just one each. */
function pair(
  calls: readonly CallLog[],
  stored: readonly StoredCall[],
): { readonly call: CallLog; readonly earlier: StoredCall | undefined }[] {
  const hasCopies = calls.length > 1 || stored.length > 1;
  return calls.map((call) => {
    const equal = stored.find((other) => contentOf(other.call) === contentOf(call));
    return { call, earlier: equal ?? (hasCopies ? undefined : stored[0]) };
  });
}

function groupByKey<T>(values: readonly T[], callOf: (value: T) => CallLog): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(callOf(value));
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return groups;
}

/** Calls without those that are equal to an earlier one. */
function distinct(calls: readonly CallLog[]): CallLog[] {
  return [...new Map(calls.map((call) => [contentOf(call), call])).values()];
}

function keyOf({ id, start }: CallLog): string {
  return `${id} ${start}`;
}

function startOf({ start }: CallLog): number {
  return parseApiTime(start).getTime();
}

function isIn({ from, to }: TimeWindow, call: CallLog): boolean {
  return startOf(call) >= from.getTime() && startOf(call) < to.getTime();
}

/** The fields of a call in one order, as a string. Null and absent are the same. */
export function contentOf(call: CallLog): string {
  const fields = Object.entries<unknown>(call).filter(([, value]) => value !== null && value !== undefined);
  return JSON.stringify(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}
