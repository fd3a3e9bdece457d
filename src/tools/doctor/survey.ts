import type { CallLogsQuery } from '../../call-logs/call-log.ts';
import type { FirstAnswer } from './ask-first.ts';
import { countDifferences, type CountedDifference, type Findings, furtherDifferences } from './count-differences.ts';
import { directionOf, judgeOrder } from './order-of-calls.ts';
import { allCalls, daysBetween, oldCall, smallPage } from './queries.ts';
import { readSurveyedPage, type SurveyedPage } from './surveyed-page.ts';
import type { Visit } from './visit.ts';

/** What the answers tell of the live API: names, types and counts, and nothing of a call. */
export interface Survey extends Findings {
  /** How many calls were compared with the document. */
  readonly calls: number;
  readonly differences: readonly CountedDifference[];
  /** How far back calls are listed; undefined if no call tells. */
  readonly goesBack: { readonly days: number; readonly orMore: boolean } | undefined;
  /** Requests that failed, so that something could not be found out: the codes of their errors. */
  readonly failures: readonly string[];
}

/** The pages that a survey goes by; those that failed or were not needed are undefined. */
interface Pages {
  /** A small page of the newest calls. */
  readonly recent: SurveyedPage;
  /** The first page of all calls, at the page size that the client asks for. */
  readonly all: SurveyedPage | undefined;
  /** Where the oldest call did not stand on that: the last page, or a page of an old call. */
  readonly old: SurveyedPage | undefined;
  /** Whether the oldest call there is stands on one of them. */
  readonly hasOldest: boolean;
}

type Ask = (query: CallLogsQuery) => Promise<SurveyedPage | undefined>;

/**
 * Compares the first answer with the document, and asks up to three times more: for the oldest calls, at the page size
 * that the client would ask for. Undefined if there was no answer to compare.
 */
export async function survey(visit: Visit, first: FirstAnswer, now: Date): Promise<Survey | undefined> {
  if (first.sent.error !== undefined) return undefined;
  const answers: unknown[] = [first.sent.response.json];
  const failures: string[] = [];

  async function ask(query: CallLogsQuery): Promise<SurveyedPage | undefined> {
    const { response: answer, error } = await visit.ask(first.orderRefused ? query : { ...query, order: 'asc' });
    if (error !== undefined) {
      failures.push(error.code);
      return undefined;
    }
    answers.push(answer.json);
    return readSurveyedPage(answer.json);
  }

  const pages = await readPages(readSurveyedPage(answers[0]), ask, visit.pageSize, now);
  const { recent, all, old } = pages;
  const { pageCountKey } = recent;
  const pageSize = all ? { asked: visit.pageSize, used: all.pageSize } : { asked: smallPage, used: recent.pageSize };
  const order = first.orderRefused ? 'refused' : judgeOrder(directionOf(recent.starts), directionOf(all?.starts ?? []));
  const further = furtherDifferences({ pageCountKey, pageSize, order });
  return {
    calls: recent.calls + (all?.calls ?? 0) + (old?.calls ?? 0),
    differences: [...countDifferences(answers), ...further],
    ...{ pageCountKey, pageSize, order, failures },
    goesBack: goesBackOf(pages, now),
  };
}

async function readPages(recent: SurveyedPage, ask: Ask, pageSize: number, now: Date): Promise<Pages> {
  // What is no page would be none at another size, either.
  const all = recent.total === undefined ? undefined : await ask(allCalls(now, 1, pageSize));
  const direction = directionOf(all?.starts ?? []);
  const isWhole = all?.total !== undefined && all.calls >= all.total;
  if (all === undefined || isWhole || direction === 'asc') {
    return { recent, all, old: undefined, hasOldest: all !== undefined };
  }
  const used = Math.max(1, all.pageSize ?? pageSize);
  const last = await ask(allCalls(now, Math.ceil((all.total ?? 0) / used), used));
  return { recent, all, old: last ?? (await ask(oldCall(now))), hasOldest: last !== undefined && direction === 'desc' };
}

function goesBackOf({ recent, all, old, hasOldest }: Pages, now: Date): Survey['goesBack'] {
  const starts = [recent, all, old].flatMap((page) => page?.starts ?? []);
  if (starts.length === 0) return undefined;
  const oldest = starts.reduce((one, other) => (other < one ? other : one));
  return { days: daysBetween(oldest, now), orMore: !hasOldest };
}
