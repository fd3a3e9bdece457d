import { describe, expect, it } from '@jest/globals';

import { changesBetween } from './compare.ts';
import { documentWith, nullChanges, rewritings, schemaChanges, settingsOf, type Version } from './settings.ts';
import { brokenUses, type States } from './typed-uses.ts';

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

describe('the TypeScript compiler, which knows nothing of the rules', () => {
  it.each(['3.0.3', '3.1.0'] as const)('breaks nothing in OpenAPI %s that is not called breaking', async (version) => {
    const isBreaking = ({ base, head }: States): boolean => changesBetween(base, head)[0]?.verdict === 'breaking';
    const broken = await brokenUses(pairsOf(version).filter((pair) => !isBreaking(pair)));
    expect([...broken]).toEqual([]);
  });
});
