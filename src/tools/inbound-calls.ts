import type { CallLog } from '../call-logs/index.ts';

/**
 * A call group that rings several phones writes a row for each of them, without a parent: one `Answered` and the others
 * `Missed`, each with an id of its own, their starts seconds apart (fact 26). If every row is counted, each answered
 * call of a group looks like several missed ones.
 *
 * The rule that folds them, an estimate: inbound rows of one account with the same caller (`from`) are one call as long
 * as each starts at most `largestGapSeconds` after the one before it. The call starts with its first row; its result is
 * the one that ranks first below; its length, end and destination are those of the longest row with that result (of
 * several, the first by start, then id). A caller has a number: rows from `anonymous`, `unknown` or an empty caller are
 * never folded, because they may belong to different people.
 */
export const foldingRule = {
  /** The longest time between the starts of two rows of one call, in seconds. */
  largestGapSeconds: 10,
  /** Results from strongest to weakest; a result that is not listed ranks between `Voicemail` and `Missed`. */
  strongestResults: ['Answered', 'Voicemail'],
  /** Results that lose to every other one. */
  weakestResults: ['Missed'],
} as const;

/** The fields of a row by which it is folded. */
export type FoldableRow = Pick<CallLog, 'direction' | 'result' | 'length' | 'from'>;

/** One call, made of one row or of the rows of a call group. */
export interface FoldedCall<Row extends FoldableRow> {
  /** The start of its first row, in milliseconds since 1970. */
  readonly startMs: number;
  /** The row that decides: the call has its result, length, end and destination. */
  readonly row: Row;
  /** The number of rows that were folded into it. */
  readonly rows: number;
}

/** Folds rows into calls in one pass. */
export interface Fold<Row extends FoldableRow> {
  /** Takes the next row; rows come in the order of their starts, then of their ids. */
  add(row: Row, startMs: number): void;
  /** The instant before which every call has been handed out: all later ones start then or after. */
  settledMs(): number;
  /** Hands out the calls that are still open. */
  end(): void;
}

/**
 * Folds rows by `foldingRule` and hands out each call as soon as no further row can belong to it, so calls of a caller
 * come in order, and calls of several callers almost do. Holds one entry for each caller who rang within the gap.
 */
export function createFold<Row extends FoldableRow>(handOut: (call: FoldedCall<Row>) => void): Fold<Row> {
  return new OpenCalls(handOut);
}

class OpenCalls<Row extends FoldableRow> implements Fold<Row> {
  readonly #handOut: (call: FoldedCall<Row>) => void;
  /** Open calls by caller, in the order of their last rows: a call that gets a row is moved to the end. */
  readonly #calls = new Map<string, OpenCall<Row>>();
  #nowMs = -Infinity;
  /** The earliest last row of an open call. Most rows do not close a call, and this shows it without a search. */
  #oldestMs = Infinity;

  constructor(handOut: (call: FoldedCall<Row>) => void) {
    this.#handOut = handOut;
  }

  add(row: Row, startMs: number): void {
    this.#nowMs = startMs;
    this.#closeBefore(startMs - foldingRule.largestGapSeconds * 1000);
    const { from: caller } = row;
    if (row.direction === 'Inbound' && isCaller(caller)) this.#addTo(caller, row, startMs);
    else this.#handOut({ startMs, row, rows: 1 });
  }

  settledMs(): number {
    return [...this.#calls.values()].reduce((earliest, { startMs }) => Math.min(earliest, startMs), this.#nowMs);
  }

  end(): void {
    this.#closeBefore(Infinity);
  }

  #addTo(caller: string, row: Row, startMs: number): void {
    const call = this.#calls.get(caller);
    if (call === undefined) {
      this.#calls.set(caller, { startMs, row, rows: 1, lastMs: startMs });
      this.#oldestMs = Math.min(this.#oldestMs, startMs);
      return;
    }
    call.rows += 1;
    call.lastMs = startMs;
    if (decides(row, call.row)) call.row = row;
    this.#calls.delete(caller);
    this.#calls.set(caller, call);
  }

  #closeBefore(instantMs: number): void {
    if (this.#oldestMs >= instantMs) return;
    this.#oldestMs = Infinity;
    for (const [caller, call] of this.#calls) {
      if (call.lastMs >= instantMs) {
        this.#oldestMs = call.lastMs;
        break;
      }
      this.#calls.delete(caller);
      this.#handOut(call);
    }
  }
}

interface OpenCall<Row extends FoldableRow> extends FoldedCall<Row> {
  row: Row;
  rows: number;
  /** The start of its last row. */
  lastMs: number;
}

/** Whether a row says who called: one that withholds a number has a word in its place, or nothing. */
export function isCaller(from: string | null | undefined): from is string {
  return /\d/.test(from ?? '');
}

/** Returns whether a row replaces the one that has decided so far. */
function decides(row: FoldableRow, other: FoldableRow): boolean {
  const difference = rankOf(row.result) - rankOf(other.result);
  return difference < 0 || (difference === 0 && lengthOf(row) > lengthOf(other));
}

/** The API's document promises a number of seconds; a row without one is as short as can be. */
function lengthOf({ length }: FoldableRow): number {
  return length > 0 ? length : 0;
}

/** The place of a result in the folding rule, 0 for the strongest. */
function rankOf(result: string): number {
  const { strongestResults, weakestResults } = foldingRule;
  const strong = (strongestResults as readonly string[]).indexOf(result);
  if (strong !== -1) return strong;
  return strongestResults.length + 1 + (weakestResults as readonly string[]).indexOf(result);
}
