import type { TimeWindow } from '../../core/errors/index.ts';
import { formatApiTime } from '../../core/time/index.ts';

/** A stretch of an axis, in whole seconds: `from` inclusive, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Time in the direction in which the server's pages run, in whole seconds. A server that lists the newest call first is
 * read along a mirrored axis, so that the rest of this folder only deals with ascending pages.
 *
 * Starts are compared as keys (see `startKey`): strings that sort by time.
 */
export interface Axis {
  /** Whether positions grow with time. */
  readonly forward: boolean;
  spanOf(window: TimeWindow): Span;
  windowOf(span: Span): TimeWindow;
  /** The second in which a start lies. */
  positionOf(key: string): number;
  /** Returns a function that tells whether a start lies before the position. */
  before(position: number): (key: string) => boolean;
  /** Negative if `a` comes before `b`. */
  compare(a: string, b: string): number;
}

const second = 1000;

const forwardAxis: Axis = {
  forward: true,
  spanOf: ({ from, to }) => ({ from: from.getTime() / second, to: to.getTime() / second }),
  windowOf: ({ from, to }) => ({ from: new Date(from * second), to: new Date(to * second) }),
  positionOf: secondsOf,
  before(position) {
    const bound = keyOfSecond(position);
    return (key) => key < bound;
  },
  compare: compareText,
};

/** The second t of time has the position −t − 1, so that spans stay inclusive at `from` and exclusive at `to`. */
const backwardAxis: Axis = {
  forward: false,
  spanOf: ({ from, to }) => ({ from: -to.getTime() / second, to: -from.getTime() / second }),
  windowOf: ({ from, to }) => ({ from: new Date(-to * second), to: new Date(-from * second) }),
  positionOf: (key) => -secondsOf(key) - 1,
  before(position) {
    const bound = keyOfSecond(-position);
    return (key) => key >= bound;
  },
  compare: (a, b) => compareText(b, a),
};

/** The axis along which pages in this order run. */
export function axisOf(order: 'asc' | 'desc'): Axis {
  return order === 'asc' ? forwardAxis : backwardAxis;
}

/**
 * The axis along which a server's pages run, from the starts on one of them: `order` may be ignored (fact 16).
 * Undefined unless the starts only rise or only fall.
 */
export function findAxis(keys: readonly string[]): Axis | undefined {
  const rises = keys.some((key, index) => index > 0 && key > (keys[index - 1] ?? key));
  const falls = keys.some((key, index) => index > 0 && key < (keys[index - 1] ?? key));
  if (rises === falls) return undefined;
  return rises ? forwardAxis : backwardAxis;
}

/** The two halves of a span of at least two seconds. */
export function halvesOf({ from, to }: Span): [Span, Span] {
  const middle = Math.floor((from + to) / 2);
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

export function lengthOf({ from, to }: Span): number {
  return to - from;
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

export function isIn(position: number, { from, to }: Span): boolean {
  return from <= position && position < to;
}

/** Returns whether two spans have a second in common. */
export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}

const pattern = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

/**
 * A start as a string that sorts by time: `yyyy-MM-dd HH:mm:ss` in UTC, followed by the fraction if there is one.
 * Servers write starts with a space or a `T`, with and without a fraction and a zone. Undefined if it is not a time.
 */
export function startKey(start: unknown): string | undefined {
  if (typeof start !== 'string') return undefined;
  if (pattern.test(start)) return start;
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s?(Z|[+-]\d\d:?\d\d)?$/i.exec(start);
  if (parts === null) return undefined;
  const [, day = '', time = '', fraction = '', zone = 'Z'] = parts;
  const instant = Date.parse(`${day}T${time}${/^z$/i.test(zone) ? 'Z' : zone.replace(/(\d\d):?(\d\d)$/, '$1:$2')}`);
  if (Number.isNaN(instant)) return undefined;
  return keyOfSecond(instant / second) + fraction.replace(/\.?0+$/, '');
}

/** The start of a call that was listed with a usable one. */
export function keyOf({ start }: { readonly start: string }): string {
  // The API's own form was already checked when the page arrived.
  return start.length === 19 && start[10] === ' ' ? start : (startKey(start) ?? start);
}

function secondsOf(key: string): number {
  return Date.parse(`${key.slice(0, 10)}T${key.slice(11, 19)}Z`) / second;
}

function keyOfSecond(seconds: number): string {
  return formatApiTime(new Date(seconds * second));
}

export function compareText(a: string, b: string): number {
  if (a < b) return -1;
  return a === b ? 0 : 1;
}
