import { isFields } from '../../core/http/fault.ts';
import { tryParseApiTime } from '../../core/time/index.ts';

/** What of an answer the survey looks at; an answer may be anything. */
export interface SurveyedPage {
  /** The starts of its calls, in their order; those that can't be read are left out. */
  readonly starts: readonly Date[];
  readonly calls: number;
  readonly total: number | undefined;
  /** Calls per page as the server says that it used. */
  readonly pageSize: number | undefined;
  readonly pageCountKey: 'total_pages' | 'total_page' | 'both' | 'neither';
}

export function readSurveyedPage(json: unknown): SurveyedPage {
  const page = isFields(json) ? json : {};
  const embedded = isFields(page._embedded) ? page._embedded.call_logs : undefined;
  const calls: unknown[] = Array.isArray(embedded) ? embedded : [];
  return {
    starts: calls.map(startOf).filter((start) => start !== undefined),
    calls: calls.length,
    total: wholeNumber(page.total_items),
    pageSize: wholeNumber(page.page_size),
    pageCountKey: pageCountKey('total_pages' in page, 'total_page' in page),
  };
}

function startOf(call: unknown): Date | undefined {
  return isFields(call) && typeof call.start === 'string' ? tryParseApiTime(call.start) : undefined;
}

function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? Number(value) : undefined;
}

/** Fact 14. */
function pageCountKey(plural: boolean, singular: boolean): SurveyedPage['pageCountKey'] {
  if (plural && singular) return 'both';
  if (plural) return 'total_pages';
  return singular ? 'total_page' : 'neither';
}
