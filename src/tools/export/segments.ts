import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimeWindow } from '../../core/errors/index.ts';

/** A file with the rows of consecutive windows. Its name holds all of these fields. */
export interface Segment {
  /** The union of the windows of call starts, in whole seconds. */
  readonly window: TimeWindow;
  readonly calls: number;
  /** The starts of the first and the last call; meaningless without calls. */
  readonly first: Date;
  readonly last: Date;
  /** The size of the file. */
  readonly bytes: number;
  /**
   * `rows`: the calls were proven to be complete. `incomplete`: they were not, so the window is read again. `previous`:
   * an earlier run wrote it, and its window is being read again.
   */
  readonly state: 'rows' | 'incomplete' | 'previous';
}

/** `20260301T000000Z-20260308T120000Z.1234-calls.20260301T081500Z-20260308T115900Z.56789-bytes.rows`. */
export function segmentName({ window, calls, first, last, bytes, state }: Segment): string {
  const span = (from: Date, to: Date): string => `${stamp(from)}-${stamp(to)}`;
  return `${span(window.from, window.to)}.${calls}-calls.${span(first, last)}.${bytes}-bytes.${state}`;
}

const pattern =
  /^(\d{8}T\d{6}Z)-(\d{8}T\d{6}Z)\.(\d+)-calls\.(\d{8}T\d{6}Z)-(\d{8}T\d{6}Z)\.(\d+)-bytes\.(rows|incomplete|previous)$/;

/** The segment of a file's name; undefined if it is not the name of one. */
export function parseSegmentName(name: string): Segment | undefined {
  const match = pattern.exec(name);
  if (match === null) return undefined;
  const [from, to, first, last] = [1, 2, 4, 5].map((group) => parseStamp(match[group])) as [Date, Date, Date, Date];
  const [calls, bytes] = [Number(match[3]), Number(match[6])];
  return { window: { from, to }, calls, first, last, bytes, state: match[7] as Segment['state'] };
}

function stamp(date: Date): string {
  return date.toISOString().replace(/\.\d+|[-:]/g, '');
}

function parseStamp(text = ''): Date {
  return new Date(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** A segment in a folder. */
export interface StoredSegment extends Segment {
  readonly path: string;
  /** True if the file has the size that its name says. Otherwise somebody has changed it. */
  readonly intact: boolean;
  readonly changedAt: Date;
}

/** The segments of a folder, in the order of their windows. */
export async function readSegments(folder: string): Promise<StoredSegment[]> {
  const segments: StoredSegment[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const segment = parseSegmentName(name);
    if (segment === undefined) continue;
    const path = join(folder, name);
    const { size, mtime } = await stat(path);
    segments.push({ ...segment, path, intact: size === segment.bytes, changedAt: mtime });
  }
  return segments;
}

/**
 * Returns the complete segments of a folder. If two overlap, because two processes took over the same lock, only one
 * counts.
 */
export function completeOf(segments: readonly StoredSegment[]): readonly StoredSegment[] {
  const complete: StoredSegment[] = [];
  for (const segment of segments) {
    const isFree = segment.window.from >= (complete.at(-1)?.window.to ?? segment.window.from);
    if (segment.state === 'rows' && segment.intact && isFree) complete.push(segment);
  }
  return complete;
}

/** The windows of the segments. */
export function windowsOf(segments: readonly Segment[]): TimeWindow[] {
  return segments.map(({ window }) => window);
}

/** Returns the parts of the range that no window covers, in order. The windows may overlap. */
export function gapsIn({ from, to }: TimeWindow, windows: readonly TimeWindow[]): TimeWindow[] {
  const gaps: TimeWindow[] = [];
  let end = from;
  for (const window of [...windows.toSorted((a, b) => Number(a.from) - Number(b.from)), { from: to, to }]) {
    if (window.from > end) gaps.push({ from: end, to: window.from < to ? window.from : to });
    if (window.to > end) end = window.to;
  }
  return gaps.filter((gap) => gap.from < gap.to);
}

/** Returns the parts of the windows that none of the others covers. */
export function without(windows: readonly TimeWindow[], others: readonly TimeWindow[]): TimeWindow[] {
  return windows.flatMap((window) => gapsIn(window, others));
}

export function overlaps(a: TimeWindow, b: TimeWindow): boolean {
  return a.from < b.to && b.from < a.to;
}
