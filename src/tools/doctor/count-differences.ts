import { compareAnswer } from '../../core/drift/compare-answer.ts';
import type { DriftEvent } from '../../core/events.ts';
import type { OrderVerdict } from './order-of-calls.ts';
import type { SurveyedPage } from './surveyed-page.ts';

/** A difference from the document, or from what was asked for, and how often it was met. */
export interface CountedDifference extends Omit<DriftEvent, 'kind'> {
  readonly kind: DriftEvent['kind'] | 'order' | 'page-count' | 'page-size';
  readonly count: number;
}

/** What a server gone wrong can make somebody read. */
const differencesAtMost = 100;

/** The differences of all the answers from the document; each once, with how often it was met. */
export function countDifferences(answers: readonly unknown[]): CountedDifference[] {
  const counted = new Map<string, CountedDifference>();
  const report = (difference: DriftEvent): void => {
    const key = Object.values(difference).join(' ');
    const { count = 0 } = counted.get(key) ?? {};
    if (count > 0 || counted.size < differencesAtMost) counted.set(key, { ...difference, count: count + 1 });
  };
  for (const answer of answers) compareAnswer(answer, { report });
  return [...counted.values()];
}

/** What was found out beside the fields. */
export interface Findings {
  readonly pageCountKey: SurveyedPage['pageCountKey'];
  /** Calls per page: as asked for, and as the server says that it used; undefined if it doesn't say. */
  readonly pageSize: { readonly asked: number; readonly used: number | undefined };
  readonly order: OrderVerdict;
}

/** What differs from what was asked for, or from what programs rely on, although the document allows it. */
export function furtherDifferences({ pageCountKey, pageSize, order }: Findings): CountedDifference[] {
  const { asked, used = asked } = pageSize;
  const one = (kind: CountedDifference['kind'], field: string, expected: string, met: string): CountedDifference[] => [
    { kind, field, expected, found: met, count: 1 },
  ];
  return [
    ...(used < asked ? one('page-size', 'page_size', String(asked), String(used)) : []),
    ...(order === 'ignored' || order === 'refused' ? one('order', 'order', 'honoured', order) : []),
    ...(pageCountKey === 'neither' ? one('page-count', 'total_pages', 'total_pages|total_page', 'neither') : []),
  ];
}
