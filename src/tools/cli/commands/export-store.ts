import { type CallLogPage, settledUntil, type TimeWindow } from '../../../index.ts';
import type { ReadWindow } from '../../export/index.ts';
import { bySettled, type Coverage, type StoreReader } from '../../sync/index.ts';
import type { Remainder } from '../failure.ts';
import { instantText } from '../terminal/text.ts';
import { createLiteralMatcher, type LiteralFilters } from './filters.ts';

/** The store is not known to hold all calls of the range. */
export class UnprovenError extends Error {
  /** Read by `exitCodeOf`. */
  readonly code = 'incomplete';
  readonly windows: readonly TimeWindow[];

  constructor(store: string, windows: readonly TimeWindow[]) {
    super(`${store} is not known to hold all calls of the range. Run vbc-reports sync, then export again.`);
    this.name = 'UnprovenError';
    this.windows = windows;
  }
}

/** The number of windows that are named; `--json` names all. */
const mostNamed = 20;

/** Names the windows of the error, for people and programs. */
export function unprovenText({ windows }: UnprovenError): Remainder {
  const lines = windows
    .slice(0, mostNamed)
    .map(({ from, to }) => `Not proven: ${instantText(from)} to ${instantText(to)}`);
  const more = windows.length > mostNamed ? [`and ${windows.length - mostNamed} more (--json names them all)`] : [];
  return { kept: undefined, missing: '', steps: [...lines, ...more], json: { unproven: windows } };
}

/** A sync that is older than this, in milliseconds, is no longer the newest that can be had. */
const recentMs = 86_400_000;

/**
 * Checks that a store holds all calls of a range, and returns until when it has them. The end of the range may be too
 * recent to be settled, if the last sync is less than a day old.
 *
 * @throws UnprovenError names the windows of which this is not known
 */
export function requireProven(
  coverage: Coverage,
  range: TimeWindow,
  { store, now }: { readonly store: string; readonly now: Date },
): Date {
  const comparedAt = coverage.reduce((latest, { agreedAt }) => (agreedAt > latest ? agreedAt : latest), new Date(0));
  const isRecent = now.getTime() - comparedAt.getTime() < recentMs;
  const canSettle = settledUntil(now.getTime());
  const settled = isRecent && range.to > canSettle ? settledUntil(comparedAt.getTime()) : canSettle;
  const end = range.to < settled ? range.to : settled;
  const unproven = end > range.from ? openIn(coverage, { from: range.from, to: end }) : [];
  if (unproven.length > 0) throw new UnprovenError(store, unproven);
  return settled;
}

function openIn(coverage: Coverage, window: TimeWindow): readonly TimeWindow[] {
  return bySettled(coverage, window)
    .filter(({ settled }) => !settled)
    .map(({ from, to }) => ({ from, to }));
}

/** Reads the calls of an account from a store as pages, as `callLogs.list` does. */
export function readStore(
  store: StoreReader,
  accountId: string,
  { onlyListed, ...filters }: LiteralFilters & { readonly onlyListed?: boolean | undefined },
): ReadWindow {
  const matches = createLiteralMatcher(filters);
  return async function* (window): AsyncGenerator<CallLogPage, void, undefined> {
    const page = { window, totalItems: 0, complete: true };
    for await (const calls of store.callsOf(accountId, window, { onlyListed })) {
      yield { ...page, calls: calls.filter(matches), endsWindow: false };
    }
    yield { ...page, calls: [], endsWindow: true };
  };
}
