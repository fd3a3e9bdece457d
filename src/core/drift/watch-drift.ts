import type { Emit } from '../events.ts';
import { compareAnswer } from './compare-answer.ts';

/** Items of a list that are looked at: enough to see what most of them share, at under 1 % of what a page costs. */
const itemsAtMost = 10;

/** What a server gone wrong can make a client remember and say. */
const differencesAtMost = 100;

/** Compares answers with the document and raises a `drift` event for each difference, once. */
export function createDriftWatch(emit: Emit): (answer: unknown) => void {
  const seen = new Set<string>();
  return (answer) => {
    compareAnswer(answer, {
      itemsAtMost,
      report(difference) {
        const key = Object.values(difference).join(' ');
        if (seen.has(key) || seen.size >= differencesAtMost) return;
        seen.add(key);
        emit('drift', difference);
      },
    });
  };
}
