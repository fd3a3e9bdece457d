import type { TimeWindow } from '../../index.ts';
import { byWasSettled, type Coverage, type Difference } from '../sync/index.ts';

/** A job to compare an account with what its store has. */
export interface CompareJob {
  readonly account: string;
  /** How often the account was compared again because the server counted other calls than it listed. */
  readonly round: number;
  /**
   * Whether the schedule asks for it, and nobody in person: then settled history is only counted once a day. Counting
   * takes the database 0.5 ms for a thousand calls, which is 0.2 s for a year of a large account.
   */
  readonly isRoutine?: boolean | undefined;
}

/** A job to read a window of an account. Instants are in ISO 8601. */
export interface ReadJob {
  readonly account: string;
  readonly from: string;
  readonly to: string;
  /** The number of calls that the server counted. */
  readonly listed: number;
  /** Whether calls that are no longer listed are kept, because the window was settled when it was compared. */
  readonly keepsUnlisted: boolean;
}

/** The jobs that follow a comparison. */
export interface Cut {
  readonly reads: readonly ReadJob[];
  /** Whether more windows differ than there are jobs: the account is compared again when they have been done. */
  readonly hasMore: boolean;
}

export interface CutOptions {
  readonly account: string;
  /** What is proven: says where a window is settled. */
  readonly coverage: Coverage;
  /** Most calls of a job, so that it takes less than a third of its lease. */
  readonly mostCalls: number;
  /** Most jobs of an account at a time, so that a large account leaves room for the others. */
  readonly mostJobs: number;
  /** Asks the server how many calls it lists in a window. */
  readonly count: (window: TimeWindow) => Promise<number>;
}

interface Piece extends TimeWindow {
  readonly listed: number;
  readonly keepsUnlisted: boolean;
}

/** Cuts windows that differ into jobs, the earliest first. A window that lists too many calls is halved until it does not. */
export async function cutIntoJobs(differing: readonly Difference[], options: CutOptions): Promise<Cut> {
  const { account, mostJobs } = options;
  const jobs: Piece[] = [];
  const open: TimeWindowToCut[] = [...differing].sort((one, other) => one.from.getTime() - other.from.getTime());
  for (let window = open.shift(); window !== undefined; window = open.shift()) {
    const parts = await cutOnce(window, options);
    if (parts.length > 1) {
      open.unshift(...parts);
      continue;
    }
    const piece = { ...window, keepsUnlisted: isSettled(window, options) };
    const last = jobs.at(-1);
    const joined = last && join(last, piece, options.mostCalls);
    if (joined !== undefined) jobs.splice(-1, 1, joined);
    else if (jobs.length === mostJobs) return { reads: jobs.map((job) => toJob(account, job)), hasMore: true };
    else jobs.push(piece);
  }
  return { reads: jobs.map((job) => toJob(account, job)), hasMore: false };
}

type TimeWindowToCut = TimeWindow & { readonly listed: number };

/** Returns the two or more parts of a window that cannot be one job, with their counts; else the window alone. */
async function cutOnce(
  window: TimeWindowToCut,
  { coverage, mostCalls, count }: CutOptions,
): Promise<TimeWindowToCut[]> {
  const [part, ...others] = byWasSettled(coverage, window);
  const at = part !== undefined && others.length > 0 ? part.to : halfOf(window, mostCalls);
  if (at === undefined) return [window];
  const first = { from: window.from, to: at };
  const rest = { from: at, to: window.to };
  const listed = await count(first);
  // Calls may have arrived in between, and the second count does not follow from the first.
  return [
    { ...first, listed },
    { ...rest, listed: listed <= window.listed ? window.listed - listed : await count(rest) },
  ];
}

/** Returns the middle of a window, in whole seconds, or undefined if it is one job. */
function halfOf({ from, to, listed }: TimeWindowToCut, mostCalls: number): Date | undefined {
  const seconds = (to.getTime() - from.getTime()) / 1000;
  return listed > mostCalls && seconds > 1 ? new Date(from.getTime() + Math.floor(seconds / 2) * 1000) : undefined;
}

function isSettled(window: TimeWindow, { coverage }: CutOptions): boolean {
  return byWasSettled(coverage, window).every(({ wasSettled }) => wasSettled);
}

/** Returns two neighbours as one job, or undefined if that would be too much. Cutting leaves many that list no call. */
function join(one: Piece, other: Piece, mostCalls: number): Piece | undefined {
  const isOne = one.to.getTime() === other.from.getTime() && one.keepsUnlisted === other.keepsUnlisted;
  const listed = one.listed + other.listed;
  return isOne && listed <= mostCalls ? { ...one, to: other.to, listed } : undefined;
}

function toJob(account: string, { from, to, listed, keepsUnlisted }: Piece): ReadJob {
  return { account, from: from.toISOString(), to: to.toISOString(), listed, keepsUnlisted };
}
