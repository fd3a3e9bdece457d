import type { CallLog, TimeWindow } from '../../../src/index.ts';
import { parseApiTime } from '../../../src/index.ts';
import type {
  AccountStore,
  Changes,
  Coverage,
  Replacement,
  RunRecord,
  Stage,
  Store,
  StoredCalls,
} from '../../../src/tools/sync/index.ts';

/** A call in the store. */
export interface StoredCall {
  readonly call: CallLog;
  readonly isListed: boolean;
}

/** A store in memory: the plainest reading of the interface, for tests of what `sync` does with it. */
export class MemoryStore implements Store, AccountStore {
  readonly name = 'memory';
  calls: readonly StoredCall[] = [];
  windows: Coverage = [];
  runs: RunRecord[] = [];

  open(): Promise<AccountStore> {
    return Promise.resolve(this);
  }

  coverage(): Promise<Coverage> {
    return Promise.resolve(this.windows);
  }

  measure(window: TimeWindow): Promise<StoredCalls> {
    const starts = this.calls
      .filter(({ call, isListed }) => isListed && isIn(window, call))
      .map(({ call }) => startOf(call))
      .sort((a, b) => a - b);
    const middle = starts[Math.floor(starts.length / 2)];
    return Promise.resolve({ calls: starts.length, median: middle === undefined ? undefined : new Date(middle) });
  }

  stage(): Promise<Stage> {
    const staged: CallLog[] = [];
    return Promise.resolve({
      add: (calls) => Promise.resolve(void staged.push(...calls)),
      commit: (replacement) => Promise.resolve(this.#commit(staged, replacement)),
      discard: () => Promise.resolve(),
    });
  }

  save(coverage: Coverage): Promise<void> {
    this.windows = coverage;
    return Promise.resolve();
  }

  record(run: RunRecord): Promise<void> {
    this.runs = [...this.runs.filter(({ startedAt }) => startedAt.getTime() !== run.startedAt.getTime()), run];
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #commit(staged: readonly CallLog[], { window, absent, coverage }: Replacement): Changes {
    if (!staged.every((call) => isIn(window, call))) throw new RangeError('a staged call is outside its window');
    const before = new Map(
      this.calls.filter(({ call }) => isIn(window, call)).map((stored) => [keyOf(stored.call), stored]),
    );
    const after = new Map(staged.map((call) => [keyOf(call), { call, isListed: true }]));
    const gone = [...before].filter(([key]) => !after.has(key)).map(([, stored]) => stored);
    const kept =
      absent === 'delete' ? [] : gone.map((stored) => ({ ...stored, isListed: stored.isListed && absent === 'keep' }));
    this.calls = [...this.calls.filter(({ call }) => !isIn(window, call)), ...after.values(), ...kept];
    this.windows = coverage;
    const changed = [...after].filter(([key, stored]) => before.has(key) && !isSame(before.get(key), stored)).length;
    const goneAndListed = gone.filter(({ isListed }) => isListed).length;
    return {
      added: [...after.keys()].filter((key) => !before.has(key)).length,
      changed,
      deleted: absent === 'delete' ? gone.length : 0,
      unlisted: absent === 'mark' ? goneAndListed : 0,
    };
  }
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

function isSame(one: StoredCall | undefined, other: StoredCall): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
