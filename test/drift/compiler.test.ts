import { describe, expect, it } from '@jest/globals';

import { changes } from './cases/changes.ts';
import { changesBetween, statesOf } from './cases/compare.ts';
import { brokenUses } from './cases/typed-uses.ts';

const pairs = changes.map((change) => {
  const [base, head] = statesOf(change);
  return { name: change.name, base, head, verdict: changesBetween(base, head)[0]?.verdict ?? 'safe' };
});

describe('the TypeScript compiler, which does not know the rules', () => {
  it('accepts every use of the older types with the newer ones, unless the verdict is "breaking"', async () => {
    const broken = await brokenUses(pairs.filter(({ verdict }) => verdict !== 'breaking'));
    expect([...broken]).toEqual([]);
  });

  it('refuses what a rename, a null, another type and a required parameter break', async () => {
    const names = [
      'a field of the rows is renamed',
      'a field of the rows becomes nullable',
      'a filter changes its type',
      'a required parameter is added',
      'the component of the rows is renamed',
    ];
    const broken = await brokenUses(pairs.filter(({ name }) => names.includes(name)));
    expect([...broken.keys()].sort()).toEqual(names.sort());
  });
});
