import type { TimeWindow } from '../../core/errors/index.ts';
import { formatApiTime, tryParseApiTime } from '../../core/time/index.ts';
import type { Span } from './span.ts';

const second = 1000;

/**
 * Time in the direction in which the server's pages run, in whole seconds. A server that answers in descending order is
 * read along a mirrored axis, so that all else here only knows pages that ascend.
 */
export interface Axis {
  /** Whether positions grow with time. */
  readonly forward: boolean;
  spanOf(window: TimeWindow): Span;
  windowOf(span: Span): TimeWindow;
  /** The position of a row's start; undefined if the text is no time. */
  positionOf(start: string): number | undefined;
  /** Tells whether a row's start stands before the position. Compares texts: the API's times sort as they read. */
  before(position: number): (start: string) => boolean;
}

export const forwardAxis: Axis = {
  forward: true,
  spanOf: ({ from, to }) => ({ from: from.getTime() / second, to: to.getTime() / second }),
  windowOf: ({ from, to }) => ({ from: new Date(from * second), to: new Date(to * second) }),
  positionOf: (start) => secondsOf(start),
  before(position) {
    const bound = textOf(position);
    return (start) => start < bound;
  },
};

/** The second t of time has the position −t − 1, so that spans stay inclusive at `from` and exclusive at `to`. */
export const backwardAxis: Axis = {
  forward: false,
  spanOf: ({ from, to }) => ({ from: -to.getTime() / second, to: -from.getTime() / second }),
  windowOf: ({ from, to }) => ({ from: new Date(-to * second), to: new Date(-from * second) }),
  positionOf(start) {
    const seconds = secondsOf(start);
    return seconds === undefined ? undefined : -seconds - 1;
  },
  before(position) {
    const bound = textOf(-position - 1);
    return (start) => start > bound;
  },
};

function secondsOf(start: string): number | undefined {
  const date = tryParseApiTime(start);
  return date && date.getTime() / second;
}

function textOf(seconds: number): string {
  return formatApiTime(new Date(seconds * second));
}
