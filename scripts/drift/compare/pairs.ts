import canonicalize from 'canonicalize';

import { nameOfSchema, type Alternative } from './schema.ts';
import { isSame, plain } from './values.ts';

/** Tells whether two definitions of two documents belong together. */
export type Match<Value> = (one: Value, other: Value) => boolean;

/** Pairs what matches by the first rule, then by the second, and so on; each value once. */
export function pairUp<Value>(older: readonly Value[], newer: readonly Value[], rules: Match<Value>[]) {
  const pairing = { pairs: [] as [Value, Value][], gone: [...older], added: [...newer] };
  for (const matches of rules) {
    pairing.gone = pairing.gone.filter((one) => {
      const index = pairing.added.findIndex((other) => matches(one, other));
      const [other] = index < 0 ? [] : pairing.added.splice(index, 1);
      if (other !== undefined) pairing.pairs.push([one, other]);
      return other === undefined;
    });
  }
  return pairing;
}

/** Alternatives are paired by reference, title or tag, then if they say the same, have most fields in common, one type. */
export function alternativeRules(isShared: (older?: string, newer?: string) => boolean): Match<Alternative>[] {
  const isNumber = ({ type }: Alternative): boolean => type === 'number' || type === 'integer';
  const isAlike: Match<Alternative> = (one, other) => one.type === other.type || (isNumber(one) && isNumber(other));
  const tags = ({ node, members }: Alternative): string => {
    const fixed = [...members].map(([name, { schema }]) => [name, schema.const ?? schema.enum].flat());
    return JSON.stringify([node.schema.title ?? [], ...fixed.filter(([, value]) => value !== undefined)].flat());
  };
  const common = (one: Alternative, other: Alternative): number =>
    [...one.members.keys()].filter((name) => other.members.has(name)).length;
  return [
    (one, other) => isShared(one.reference, other.reference),
    (one, other) => isSame(contentOf(one), contentOf(other)),
    (one, other) => isAlike(one, other) && tags(one) !== '[]' && tags(one) === tags(other),
    (one, other) => isAlike(one, other) && common(one, other) * 2 > Math.max(one.members.size, other.members.size),
    isAlike,
  ];
}

/** All that an alternative says, without texts. */
export const contentOf = ({ reference, type, node }: Alternative): unknown => reference ?? [type, plain(node.schema)];

/** The name of one alternative of several, for a reader. */
export function nameOf({ reference, node, type, members }: Alternative): string {
  if (reference !== undefined) return reference.slice(reference.lastIndexOf('/') + 1);
  const properties = Object.fromEntries([...members].filter(([name]) => type === 'object' && name !== '*'));
  return nameOfSchema({ title: node.schema.title, type, properties });
}

/**
 * Names that changed, old and new. A name counts as changed only where what it stands for is the same to the letter, a
 * description or a reference included, and nothing else in the two lists says the same.
 */
export function renamesIn(older: Readonly<Record<string, unknown>>, newer: Readonly<Record<string, unknown>>) {
  const gone = Object.keys(older).filter((name) => !(name in newer));
  const added = Object.keys(newer).filter((name) => !(name in older));
  const renames = new Map<string, string>();
  if (gone.length === 0 || added.length === 0) return renames;
  const contents = [older, newer].flatMap((values) => Object.values(values).map((value) => canonicalize(value)));
  for (const name of gone) {
    const content = canonicalize(older[name]) ?? '';
    const isTelling =
      /"(description|\$ref)":/.test(content) && contents.filter((each) => each === content).length === 2;
    const next = added.find((each) => isTelling && canonicalize(newer[each]) === content);
    if (next !== undefined) renames.set(name, next);
  }
  return renames;
}
