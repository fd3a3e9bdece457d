import type { CallLogsQuery } from '../../call-logs/call-log.ts';
import { formatApiTime } from '../../core/time/index.ts';

const dayMs = 86_400_000;
const recentDays = 31;
const yearDays = 365;
/** Longer than anybody is known to keep call logs; retention is unpublished (fact 20). */
const everDays = 3_653;

/** Calls that are enough to compare with the document, and few enough to come at once. */
export const smallPage = 100;

/** A small page of the last 31 days. */
export function recentCalls(now: Date): CallLogsQuery {
  return { ...range(now, recentDays), page: 1, page_size: smallPage };
}

/** A page of the calls of ten years. */
export function allCalls(now: Date, page: number, pageSize: number): CallLogsQuery {
  return { ...range(now, everDays), page, page_size: pageSize };
}

/** One of the calls of the years before the last. */
export function oldCall(now: Date): CallLogsQuery {
  const yearAgo = new Date(now.getTime() - yearDays * dayMs);
  return { ...range(now, everDays), 'start:lte': formatApiTime(yearAgo), page: 1, page_size: 1 };
}

export function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / dayMs);
}

function range(now: Date, days: number): Pick<CallLogsQuery, 'start:gte' | 'start:lte'> {
  return { 'start:gte': formatApiTime(new Date(now.getTime() - days * dayMs)), 'start:lte': formatApiTime(now) };
}

/** What `recentCalls` asks for, in words. */
export const recentSpan = `the last ${recentDays} days`;
