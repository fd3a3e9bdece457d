import type { ServerPage } from './page.ts';

/**
 * The pages of a span, read one after another: of a second that holds more than a page, of a span on a server that
 * ignores the filter on the start, or of a look. Pages are offsets into rows whose ties have no fixed order (facts 16,
 * 17), so they are turned again and again while that brings new rows, until there are as many as the server states.
 */
export interface Turning {
  /** The page to ask for next, from 1. */
  readonly page: number;
  /** The different rows that were listed, by their JSON, whether they were asked for or not. */
  readonly rows: ReadonlyMap<string, unknown>;
  /** The highest total so far; undefined if none was stated. */
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
}

/** How often the pages are turned. Where ties have no fixed order, each time brings some new rows. */
const maxRounds = 12;

export const firstRound: Turning = {
  page: 1,
  rows: new Map(),
  total: undefined,
  due: undefined,
  lastPage: '',
  round: 1,
  fruitless: 0,
  before: 0,
  ended: false,
  doubtful: false,
};

export interface TurningOptions {
  /** As it was asked for. */
  readonly pageSize: number;
  /** So many rounds in a row without a new row are the end. */
  readonly patience: number;
}

/** Takes a page; undefined if the server refuses pages that far on (fact 20). */
export function turnPage(turning: Turning, page: ServerPage | undefined, options: TurningOptions): Turning {
  if (page === undefined) return endRound(turning, options);
  const listed = page.rows.length;
  const total = page.totalItems === undefined ? turning.total : Math.max(page.totalItems, turning.total ?? 0);
  if (listed === 0) return endRound({ ...turning, total }, options);
  const capacity = Math.min(options.pageSize, page.pageSize ?? Infinity);
  const lastPage = JSON.stringify(page.rows);
  if (lastPage === turning.lastPage) {
    return endRound({ ...turning, doubtful: listed >= capacity && turning.rows.size <= listed }, options);
  }
  const rows = new Map([...turning.rows, ...page.rows.map((row) => [JSON.stringify(row), row] as const)]);
  const turned = { ...turning, page: turning.page + 1, rows, lastPage, total };
  // Where the page number is ignored, pages never end; they may differ all the same.
  if (listed * turning.page > 2 * Math.max(rows.size, total ?? 0) + listed) {
    return endRound({ ...turned, doubtful: true }, options);
  }
  // A full page may be followed by rows that the total does not count.
  const fullest = page.pageSize ?? Math.max(listed, Math.ceil(rows.size / turning.page));
  const isLast = turning.page === 1 ? listed < capacity : listed < fullest;
  return { ...turned, ended: isLast && isSettled(turned) };
}

/** How many rows were stated that have not been listed. */
export function lackOf({ rows, due, total }: Turning): number {
  return Math.max(0, (due ?? total ?? 0) - rows.size);
}

/** Whether what was listed agrees with what was stated; more rows than the total make the total worthless. */
export function isSettled(turning: Turning): boolean {
  return turning.total !== undefined && turning.rows.size <= turning.total && lackOf(turning) === 0;
}

function endRound(turning: Turning, { patience }: TurningOptions): Turning {
  const { rows, before, total, round } = turning;
  const fruitless = rows.size === before ? turning.fruitless + 1 : 0;
  const isWorthless = total === undefined || rows.size > total;
  const isComplete = isWorthless ? round > 1 && fruitless > 0 : isSettled(turning);
  if (isComplete || round >= maxRounds || fruitless >= patience) return { ...turning, ended: true };
  return { ...turning, page: 1, lastPage: '', round: round + 1, before: rows.size, fruitless, due: total };
}
