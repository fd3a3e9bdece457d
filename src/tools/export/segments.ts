import type { TimeWindow } from '../../core/errors/index.ts';

/** The rows of a run of successive windows, in a file of their own. Its name says all of this. */
export interface Segment {
  /** The windows together: of call starts, `to` exclusive, to the second. */
  readonly window: TimeWindow;
  readonly calls: number;
  /** The starts of the first and the last call; undefined if there is none, or it is unreadable. */
  readonly starts: { readonly first: Date; readonly last: Date } | undefined;
  /** The size of the file. */
  readonly bytes: number;
  /**
   * Whether the window need not be read again. It has to be where calls could not be proven to be all there, and where
   * it reached into the future when it was read.
   */
  readonly complete: boolean;
}

/** `20260301T000000Z-20260308T120000Z.1234-calls.20260301T081500Z-20260308T115900Z.56789-bytes.rows`. */
export function segmentName({ window, calls, starts, bytes, complete }: Segment): string {
  const span = starts ? `.${stamp(starts.first)}-${stamp(starts.last)}` : '';
  const ending = complete ? 'rows' : 'incomplete';
  return `${stamp(window.from)}-${stamp(window.to)}.${calls}-calls${span}.${bytes}-bytes.${ending}`;
}

const time = String.raw`\d{8}T\d{6}Z`;
const pattern = new RegExp(
  String.raw`^(?<from>${time})-(?<to>${time})\.(?<calls>\d+)-calls(?:\.(?<first>${time})-(?<last>${time}))?` +
    String.raw`\.(?<bytes>\d+)-bytes\.(?<ending>rows|incomplete)$`,
);

/** The segment of a file's name; undefined if it is not the name of one. */
export function parseSegmentName(name: string): Segment | undefined {
  const groups: Partial<Record<string, string>> | undefined = pattern.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const { first, last } = groups;
  return {
    window: { from: parseStamp(groups.from), to: parseStamp(groups.to) },
    calls: Number(groups.calls),
    starts: first === undefined ? undefined : { first: parseStamp(first), last: parseStamp(last) },
    bytes: Number(groups.bytes),
    complete: groups.ending === 'rows',
  };
}

/** Windows in the order of time. */
export function inOrder(windows: readonly TimeWindow[]): TimeWindow[] {
  return windows.toSorted((a, b) => a.from.getTime() - b.from.getTime());
}

/** What the windows leave of the range, in order; all of it if there are none. The windows may overlap. */
export function gapsIn({ from, to }: TimeWindow, windows: readonly TimeWindow[]): TimeWindow[] {
  const gaps: TimeWindow[] = [];
  let end = from;
  for (const window of [...inOrder(windows), { from: to, to }]) {
    if (window.from > end) gaps.push({ from: end, to: window.from < to ? window.from : to });
    if (window.to > end) end = window.to;
  }
  return gaps.filter((gap) => gap.from < gap.to);
}

function stamp(date: Date): string {
  return date.toISOString().replace(/\.\d+|[-:]/g, '');
}

function parseStamp(text = ''): Date {
  return new Date(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

export function overlaps(a: TimeWindow, b: TimeWindow): boolean {
  return a.from < b.to && b.from < a.to;
}
