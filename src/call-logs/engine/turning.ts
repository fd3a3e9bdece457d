import { usableCalls, type ServerPage } from './page.ts';

/**
 * The pages of a span, read one after another: of a second that holds more than a page, of a span on a server that
 * ignores the filter on the start, or of a look beyond an edge. Pages are offsets into rows whose ties have no fixed
 * order (facts 16, 17), so they are turned repeatedly while that brings new rows, until there are as many as the server
 * states.
 */
export interface Turning {
  /** The page to ask for next, from 1. */
  readonly page: number;
  /**
   * The different rows that were listed, inside the span or not: by id, or by their JSON if they have none. A field may
   * change with every answer.
   */
  readonly rows: ReadonlyMap<string, unknown>;
  /** The highest total so far; undefined if none was stated. */
  readonly total: number | undefined;
  /**
   * The highest total when the round began: calls that are logged while pages are turned may not be listed before the
   * next round.
   */
  readonly due: number | undefined;
  /** The keys of the rows of the last page, to notice a server that ignores the page number. */
  readonly lastPage: string;
  readonly round: number;
  /** Rounds in a row that brought nothing new. */
  readonly fruitless: number;
  /** The number of different rows when the round began. */
  readonly before: number;
  /** Whether turning the pages further would bring nothing. */
  readonly ended: boolean;
  /** Whether the server ignores the page number, so that there is no proof that a full page was the only one. */
  readonly doubtful: boolean;
}

/** The largest number of rounds. If ties have no fixed order, each round brings some new rows. */
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
  /** The page size that was requested. */
  readonly pageSize: number;
  /** The number of consecutive rounds without a new row that ends the turning. */
  readonly patience: number;
}

/** Takes a page; undefined if the server refuses pages at that offset (fact 20). */
export function turnPage(turning: Turning, page: ServerPage | undefined, options: TurningOptions): Turning {
  if (page === undefined) return endRound(turning, options);
  const listed = page.rows.length;
  const total = page.totalItems === undefined ? turning.total : Math.max(page.totalItems, turning.total ?? 0);
  if (listed === 0) return endRound({ ...turning, total }, options);
  const capacity = Math.min(options.pageSize, page.pageSize ?? Infinity);
  const keys = page.rows.map(keyOfTurned);
  const lastPage = keys.join();
  if (lastPage === turning.lastPage) {
    return endRound({ ...turning, doubtful: listed >= capacity && turning.rows.size <= listed }, options);
  }
  const rows = new Map([...turning.rows, ...page.rows.map((row, index) => [keys[index] ?? '', row] as const)]);
  const turned = { ...turning, page: turning.page + 1, rows, lastPage, total };
  // If the page number is ignored, pages never end, and they may still differ from each other.
  const usable = usableCalls([...rows.values()]).length;
  if (listed * turning.page > 2 * Math.max(usable, total ?? 0) + listed) {
    return endRound({ ...turned, doubtful: true }, options);
  }
  // A full page may be followed by rows that the total does not count.
  const fullest = page.pageSize ?? Math.max(listed, Math.ceil(rows.size / turning.page));
  const isLast = turning.page === 1 ? listed < capacity : listed < fullest;
  return { ...turned, ended: isLast && isSettled(turned) && !hasGrown(turned) };
}

function keyOfTurned(row: unknown): string {
  const [call] = usableCalls([row]);
  return call?.id ?? JSON.stringify(row);
}

/** Returns the number of stated rows that have not been listed. */
export function lackOf({ rows, due, total }: Turning): number {
  return Math.max(0, (due ?? total ?? 0) - rows.size);
}

/** The round from which on a total that grows again while pages are turned is left to calls that arrive. */
const growingRounds = 4;

/** Returns whether a total was stated in this round that no round has been measured by. */
function hasGrown({ due, total, round }: Turning): boolean {
  return due !== undefined && total !== undefined && total > due && round < growingRounds;
}

/** Returns whether the rows listed agree with the total. More rows than the total make the total worthless. */
export function isSettled(turning: Turning): boolean {
  return turning.total !== undefined && turning.rows.size <= turning.total && lackOf(turning) === 0;
}

function endRound(turning: Turning, { patience }: TurningOptions): Turning {
  const { rows, before, total, round } = turning;
  const fruitless = rows.size === before ? turning.fruitless + 1 : 0;
  const isWorthless = total === undefined || rows.size > total;
  const isComplete = isWorthless ? round > 1 && fruitless > 0 : isSettled(turning) && !hasGrown(turning);
  if (isComplete || round >= maxRounds || fruitless >= patience) return { ...turning, ended: true };
  return { ...turning, page: 1, lastPage: '', round: round + 1, before: rows.size, fruitless, due: total };
}
