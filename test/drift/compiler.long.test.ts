import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { changesBetween } from './cases/compare.ts';
import { randomPair } from './cases/random-schemas.ts';
import { documentWith, nullChanges, rewritings, schemaChanges, settingsOf, type Version } from './cases/settings.ts';
import { brokenUses, type States } from './cases/typed-uses.ts';

function pairsOf(version: Version): States[] {
  const schemas = [
    ...schemaChanges,
    ...nullChanges(version),
    ...rewritings.filter(({ versions }) => versions?.includes(version) !== false),
  ];
  return settingsOf(version).flatMap((setting) =>
    schemas.map(({ name, before, after }) => ({
      name: `${name}: ${setting.layout}, ${setting.location}`,
      base: documentWith(before, setting),
      head: documentWith(after, setting),
    })),
  );
}

describe('the TypeScript compiler, which does not know the rules', () => {
  it.each(['3.0.3', '3.1.0'] as const)('breaks nothing in OpenAPI %s that is not called breaking', async (version) => {
    const isBreaking = ({ base, head }: States): boolean => changesBetween(base, head)[0]?.verdict === 'breaking';
    const broken = await brokenUses(pairsOf(version).filter((pair) => !isBreaking(pair)));
    expect([...broken]).toEqual([]);
  });
});

describe('the TypeScript compiler and random edits of random schemas', () => {
  it('agree on what is not called breaking', async () => {
    const pairs = fc
      .sample(randomPair, { numRuns: 400, seed: 13 })
      .map(([base, head], index) => ({ name: String(index), base, head }));
    const others = pairs.filter(({ base, head }) => changesBetween(base, head)[0]?.verdict !== 'breaking');
    const broken = await brokenUses(others);
    const details = [...broken].map(([name, message]) => {
      const pair = pairs[Number(name)];
      return [message.split('\n').at(-1), pair?.base, pair?.head, pair && changesBetween(pair.base, pair.head)];
    });
    expect(details).toEqual([]);
  });
});
