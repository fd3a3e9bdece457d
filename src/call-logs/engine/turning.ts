import type { CallLog } from '../call-log.ts';
import type { Axis, Span } from './axis.ts';
import { readTotal, sortRows, type RejectedRow, type ServerPage } from './page.ts';

/**
 * A span that is read by turning its pages: a second that holds more than a page, or a span on a server that ignores
 * the filter on the start. Pages are offsets into rows whose ties have no fixed order (facts 16, 17), so they are turned
 * again and again while that brings new rows, until there are as many as the server states.
 */
export interface Turning {
  /** The page to ask for next, from 1. */
  readonly page: number;
  /** Different rows that were listed, whether they were asked for or not. */
  readonly listed: ReadonlySet<string>;
  readonly calls: readonly CallLog[];
  readonly rejected: readonly RejectedRow[];
  /** How many rows were listed that lie before the span, and behind it. */
  readonly rowsBefore: number;
  readonly rowsBehind: number;
  /** The highest total so far; undefined if none could be relied on. */
  readonly total: number | undefined;
  /** The highest total when the round began: what is logged while pages are turned may only be listed by the next round. */
  readonly due: number | undefined;
  /** The rows of the last page, to notice a server that ignores the page number. */
  readonly lastPage: string;
  readonly round: number;
  /** Rounds in a row that brought nothing new. */
  readonly fruitless: number;
  /** How many different rows there were when the round began. */
  readonly before: number;
  /** Whether there is nothing more to be had. */
  readonly ended: boolean;
  /** Whether the server ignores the page number, so that nothing shows that a full page was the only one. */
  readonly doubtful: boolean;
  /** The first page, if the pages are only turned to see whether its total can be believed. */
  readonly doubted: ServerPage | undefined;
}

/** How often the pages are turned. Where ties have no fixed order, each time brings some new rows. */
const maxRounds = 12;

export function beginTurning(): Turning {
  return {
    page: 1,
    listed: new Set(),
    calls: [],
    rejected: [],
    rowsBefore: 0,
    rowsBehind: 0,
    total: undefined,
    due: undefined,
    lastPage: '',
    round: 1,
    fruitless: 0,
    before: 0,
    ended: false,
    doubtful: false,
    doubted: undefined,
  };
}

/** Where the pages are turned. */
export interface Where {
  readonly span: Span;
  readonly windows: readonly Span[];
  readonly axis: Axis;
  /** As it was asked for. */
  readonly pageSize: number;
  /** So many rounds in a row without a new row are the end. */
  readonly patience: number;
}

/** Takes a page; undefined if the server refuses pages that far on (fact 20). */
export function turnPage(turning: Turning, page: ServerPage | undefined, where: Where): Turning {
  if (page === undefined) return endRound(turning, where);
  const { totalItems } = page;
  const total = totalItems === undefined ? turning.total : Math.max(totalItems, turning.total ?? 0);
  if (page.rows.length === 0) return endRound({ ...turning, total }, where);
  const lastPage = JSON.stringify(page.rows);
  if (lastPage === turning.lastPage) {
    const isFull = page.rows.length >= Math.min(where.pageSize, page.pageSize ?? Infinity);
    return endRound({ ...turning, doubtful: isFull && turning.listed.size <= page.rows.length }, where);
  }

  const fresh = page.rows.filter((row) => !turning.listed.has(JSON.stringify(row)));
  const listed = new Set([...turning.listed, ...fresh.map((row) => JSON.stringify(row))]);
  const content = sortRows(fresh, where.span, where.windows, where.axis);
  const next: Turning = {
    ...turning,
    page: turning.page + 1,
    listed,
    lastPage,
    calls: [...turning.calls, ...content.calls],
    rejected: [...turning.rejected, ...content.rejected],
    rowsBefore: turning.rowsBefore + content.before.length,
    rowsBehind: turning.rowsBehind + content.behind.length,
    total,
  };
  // Where the page number is ignored, pages never end; they may differ all the same.
  if (page.rows.length * turning.page > 2 * Math.max(listed.size, total ?? 0) + page.rows.length) {
    return endRound({ ...next, doubtful: true }, where);
  }
  // A full page may be followed by rows that the total does not count.
  const isLast =
    turning.page > 1 ? page.rows.length < fullest(next, page) : readTotal(page, where.pageSize).kind === 'stated';
  return { ...next, ended: isLast && isSettled(next) };
}

/** How many rows were stated that have not been listed. */
export function lackOf({ listed, due, total }: Turning): number {
  return Math.max(0, (due ?? total ?? 0) - listed.size);
}

/** Whether what was listed agrees with what was stated; more rows than the total make the total worthless. */
export function isSettled(turning: Turning): boolean {
  return turning.total !== undefined && turning.listed.size <= turning.total && lackOf(turning) === 0;
}

function fullest({ listed, page }: Turning, { rows, pageSize }: ServerPage): number {
  return pageSize ?? Math.max(rows.length, Math.ceil(listed.size / (page - 1)));
}

function endRound(turning: Turning, { patience }: Where): Turning {
  const { listed, before, total, round } = turning;
  const fruitless = listed.size === before ? turning.fruitless + 1 : 0;
  const isWorthless = total === undefined || listed.size > total;
  const isComplete = isWorthless ? round > 1 && fruitless > 0 : isSettled(turning);
  if (isComplete || round >= maxRounds || fruitless >= patience) return { ...turning, ended: true };
  return { ...turning, page: 1, lastPage: '', round: round + 1, before: listed.size, fruitless, due: total };
}
