import { describe, expect, it } from '@jest/globals';

import { largestStep } from '../../scripts/drift/judge.ts';
import { changes } from './cases/changes.ts';
import { changesBetween, statesOf } from './cases/compare.ts';

describe('the verdict on a change to the document', () => {
  it('is stated for at least 90 changes, each with a name of its own', () => {
    expect(new Set(changes.map(({ name }) => name)).size).toBe(changes.length);
    expect(changes.length).toBeGreaterThanOrEqual(90);
  });

  it.each(changes)('is "$verdict", and the step "$step": $name', (change) => {
    const found = changesBetween(...statesOf(change));
    const step = largestStep(found.map((each) => each.step));
    expect({ verdict: found[0]?.verdict ?? 'safe', step, found }).toMatchObject({
      verdict: change.verdict,
      step: change.step,
    });
    expect(found.filter(({ title }) => title.includes('no rule yet'))).toEqual([]);
  });
});
