import canonicalize from 'canonicalize';

import type { Alternative } from './schema.ts';
import { isSame, withoutTexts } from './values.ts';

/** What both lists have, and what only one of them has. */
export interface Pairing<Value> {
  pairs: [Value, Value][];
  gone: Value[];
  added: Value[];
}

/** Pairs what matches by the first rule, then by the second, and so on; each value once. */
export function pairUp<Value>(
  older: readonly Value[],
  newer: readonly Value[],
  rules: readonly ((one: Value, other: Value) => boolean)[],
): Pairing<Value> {
  const pairing: Pairing<Value> = { pairs: [], gone: [...older], added: [...newer] };
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

/** How alternatives are paired: components by name, then what says the same, has fields in common, has one type. */
export function alternativeRules(isShared: (older?: string, newer?: string) => boolean) {
  const isNumber = ({ type }: Alternative): boolean => type === 'number' || type === 'integer';
  const isAlike = (one: Alternative, other: Alternative): boolean =>
    one.type === other.type || (isNumber(one) && isNumber(other));
  return [
    (one: Alternative, other: Alternative) => isShared(one.reference, other.reference),
    (one: Alternative, other: Alternative) =>
      one.type === other.type && isSame(withoutTexts(one.node.schema), withoutTexts(other.node.schema)),
    (one: Alternative, other: Alternative) =>
      isAlike(one, other) && [...one.members.keys()].some((name) => other.members.has(name)),
    isAlike,
  ];
}

/** What a reader calls one alternative of several. */
export function nameOf({ reference, node, type, constraints, members }: Alternative): string {
  if (reference !== undefined) return reference.slice(reference.lastIndexOf('/') + 1);
  if (typeof node.schema.title === 'string') return node.schema.title;
  if (Array.isArray(constraints.enum)) return constraints.enum.map((value) => JSON.stringify(value)).join(' | ');
  return type === 'object' && members.size > 0
    ? `object with ${[...members.keys()].sort().slice(0, 3).join(', ')}`
    : type;
}

/**
 * Names that changed, old and new. A name counts as changed only where what it stands for is the same to the letter, a
 * description or a reference included, and nothing else in the two lists says the same.
 */
export function renamesIn(
  older: ReadonlyMap<string, unknown>,
  newer: ReadonlyMap<string, unknown>,
): Map<string, string> {
  const gone = [...older.keys()].filter((name) => !newer.has(name));
  const added = [...newer.keys()].filter((name) => !older.has(name));
  if (gone.length === 0 || added.length === 0) return new Map();
  const contents = (names: ReadonlyMap<string, unknown>): string[] =>
    [...names.values()].map((value) => canonicalize(value) ?? '');
  const all = [...contents(older), ...contents(newer)];
  const isTelling = (content: string): boolean =>
    /"(description|\$ref)":/.test(content) && all.filter((other) => other === content).length === 2;
  return new Map(
    gone.flatMap((name) => {
      const content = canonicalize(older.get(name)) ?? '';
      const next = isTelling(content) && added.find((candidate) => canonicalize(newer.get(candidate)) === content);
      return typeof next === 'string' ? [[name, next] as const] : [];
    }),
  );
}
