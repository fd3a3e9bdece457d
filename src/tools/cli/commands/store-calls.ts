import { Option } from 'commander';
import { type CallLogPage, settledUntil, type TimeWindow } from '../../../index.ts';
import { instantText } from '../../../core/time/index.ts';
import type { ReadWindow } from '../../export/index.ts';
import { bySettled, type Coverage, type StoreReader } from '../../sync/index.ts';
import { type Remainder, usageError } from '../failure.ts';
import { ValueFlag } from '../flags.ts';
import { readStorePlace, requireAccount, requireStore, type StorePlace } from '../store-place.ts';
import type { CliIo, Environment } from '../terminal/reporter.ts';
import { atMost } from '../terminal/text.ts';
import { createLiteralMatcher, type LiteralFilters } from './filters.ts';

/** The flags of commands that can read a store instead of the API. */
export interface StoreFlags {
  readonly fromStore?: string;
  readonly onlyListed?: true;
}

/**
 * The flags that only make sense with the API. `--account-id` is not among them, because a store can hold several
 * accounts.
 */
export const apiFlags: readonly string[] = [
  ...['sandbox', 'clientId', 'username', 'baseUrl', 'tokenUrl', 'resetLogin', 'acceptRejected'],
  ...['pageSize', 'concurrency', 'requestsPerSecond', 'timeout', 'maxWait'],
];

/** The flags that name a store. */
export function storeFlags(): readonly Option[] {
  return [
    new ValueFlag(
      '--from-store <store>',
      'read a store that sync keeps, a file or a database URL (default: read the API)',
      'calls.duckdb',
    ).conflicts([...apiFlags]),
    new Option('--only-listed', 'leave out calls of a store that the API no longer lists'),
  ];
}

/** Returns the store that the flags name; undefined means another source. Throws a `ConfigurationError` for wrong flags. */
export function readStoreFlags({ fromStore, onlyListed }: StoreFlags, env: Environment): StorePlace | undefined {
  if (fromStore !== undefined) return readStorePlace('--from-store', fromStore, env);
  if (!onlyListed) return undefined;
  throw usageError(
    '--only-listed needs --from-store',
    'Without a store there are no unlisted calls to leave out: remove it.',
  );
}

/** An account of a store in which all calls of a range are proven. */
export interface ProvenStore {
  /** The name of the store, without a secret. */
  readonly name: string;
  readonly accountId: string;
  /** The time until which the store has all calls. */
  readonly settledUntil: Date;
  /** Reads calls as pages, as `callLogs.list` does; a store states no totals. */
  readonly read: (filters: LiteralFilters) => ReadWindow;
}

/**
 * Opens a store, checks that it holds all calls of a range, and closes it after the work.
 *
 * @throws UnprovenError names the windows of which this is not known
 */
export async function withProvenStore<T>(
  place: StorePlace,
  range: TimeWindow,
  { flags, io }: { readonly flags: StoreFlags & { readonly accountId?: string }; readonly io: CliIo },
  work: (store: ProvenStore) => Promise<T>,
): Promise<T> {
  const store = await requireStore(place);
  try {
    const accountId = await requireAccount(store, flags.accountId ?? io.env.VBC_ACCOUNT_ID);
    const settled = requireProven(await store.coverageOf(accountId), range, { store: store.name, now: io.now() });
    const read = (filters: LiteralFilters): ReadWindow =>
      readStore(store, accountId, { ...filters, onlyListed: flags.onlyListed });
    return await work({ name: store.name, accountId, settledUntil: settled, read });
  } finally {
    await store.close();
  }
}

/** The store is not known to hold all calls of the range. */
export class UnprovenError extends Error {
  /** Read by `exitCodeOf`. */
  readonly code = 'incomplete';
  readonly windows: readonly TimeWindow[];

  constructor(store: string, windows: readonly TimeWindow[]) {
    super(`${store} is not known to hold all calls of the range. Run vbc-reports sync, then try again.`);
    this.name = 'UnprovenError';
    this.windows = windows;
  }
}

/** So many windows are named; `--json` names all. */
const mostNamed = 20;

/** Names the windows of an `UnprovenError`, for people and programs. Undefined for any other error. */
export function unprovenText(error: unknown): Remainder | undefined {
  if (!(error instanceof UnprovenError)) return undefined;
  const { windows } = error;
  const lines = windows.map(({ from, to }) => `Not proven: ${instantText(from)} to ${instantText(to)}`);
  return { kept: undefined, missing: '', steps: atMost(mostNamed, lines), json: { unproven: windows } };
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
  const comparedAt = coverage.reduce((latest, { agreedAt }) => (agreedAt && agreedAt > latest ? agreedAt : latest), new Date(0));
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

function readStore(
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
