import canonicalize from 'canonicalize';

import { isObject, objectOf, type Json } from '../document.ts';
import type { Add } from './findings.ts';

export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const texts = wordSet(
  'title description summary example examples externalDocs xml tags links $comment $schema $id $self',
);
/** Keywords for which false is not what is meant where nothing is said. */
const plainValues = wordSet('default example examples explode additionalProperties');
/** Keywords with a value to the letter. */
const literals = wordSet('default const');
/** Keywords with a map of names that are not keywords, or a list of such maps. */
const maps = wordSet(
  'properties patternProperties $defs dependentSchemas paths responses headers content callbacks encoding scopes mapping variables security',
);
/** Keywords with a list whose order has a meaning. */
const sequences = wordSet('prefixItems servers');

/** True for a keyword that is only for people to read. */
export const isText = (keyword: string): boolean => texts.has(keyword);
const isExtension = (keyword: string): boolean => keyword.startsWith('x-');
/** True for a keyword that changes neither what is sent nor what is received. */
export const isRemark = (keyword: string): boolean => isText(keyword) || isExtension(keyword);
export const isSame = (one: unknown, other: unknown): boolean =>
  one === other || canonicalize(one) === canonicalize(other);

export const allKeys = (...objects: Json[]): string[] => [...new Set(objects.flatMap((each) => Object.keys(each)))];

/** The keywords whose values differ, but for those in `known`. A flag that is false is as good as none. */
export function changedKeys(older: Json, newer: Json, known: readonly string[] = []): string[] {
  const keys = allKeys(older, newer).filter((key) => !known.includes(key));
  return keys.sort().filter((key) => !isSame(plain(older[key], key), plain(newer[key], key)));
}

/** Records what has no comparison of its own: keywords by their names, texts and extensions together. */
export function compareRest(older: Json, newer: Json, add: Add, known: readonly string[] = []): void {
  const changed = changedKeys(older, newer, known);
  const pick = (value: Json, keys: string[]): Json => Object.fromEntries(keys.map((key) => [key, value[key]]));
  const groups = { wording: changed.filter(isText), extension: changed.filter(isExtension) };
  for (const [kind, keys] of Object.entries(groups))
    if (keys.length > 0) add(kind, pick(older, keys), pick(newer, keys));
  for (const key of changed.filter((each) => !isRemark(each))) add(key, plain(older[key], key), plain(newer[key], key));
}

/** A list of values without order: stated, no longer stated, or with some more or less. */
export function compareValues(kind: string, before: unknown, after: unknown, add: Add): void {
  const [older, newer] = [before, after].map((values) => (Array.isArray(values) ? sorted(values) : undefined));
  if (!older || !newer) {
    if (older ?? newer) add(`${kind} list`, older, newer);
    return;
  }
  const without = (values: unknown[], others: unknown[]): unknown[] => {
    const known = new Set(others.map((value) => JSON.stringify(value)));
    return values.filter((value) => !known.has(JSON.stringify(value)));
  };
  const [gone, added] = [without(older, newer), without(newer, older)];
  if (gone.length > 0) add(kind, gone);
  if (added.length > 0) add(kind, undefined, added);
}

const sorted = (values: readonly unknown[]): unknown[] =>
  values.toSorted((one, other) => ((canonicalize(one) ?? '') < (canonicalize(other) ?? '') ? -1 : 1));

/**
 * The value of a keyword in one form: without what is only for people to read, lists that have no order in one order, and
 * `allOf` merged where it is written in place.
 */
export function plain(value: unknown, keyword = ''): unknown {
  if (value === false && keyword !== '' && !plainValues.has(keyword)) return undefined;
  if (value !== undefined && (keyword === 'enum' || keyword === 'type')) return sorted([value].flat());
  if (literals.has(keyword) || isRemark(keyword)) return value;
  if (!Array.isArray(value)) return isObject(value) ? plainObject(value, maps.has(keyword)) : value;
  const items = value.map((item) => (isObject(item) ? plainObject(item, maps.has(keyword)) : (item as unknown)));
  return sequences.has(keyword) ? items : sorted(items);
}

function plainObject(value: Json, isNames: boolean): Json {
  const merged = isNames ? value : withoutAllOf(value);
  const keys = Object.keys(merged).filter((key) => isNames || !isRemark(key));
  return Object.fromEntries(keys.map((key) => [key, plain(merged[key], isNames ? '' : key)]));
}

/** A schema with the members of its `allOf`, unless one of them is a reference or says something else. */
function withoutAllOf(schema: Json): Json {
  if (!Array.isArray(schema.allOf)) return schema;
  const { allOf, ...merged } = schema;
  for (const [key, value] of allOf.flatMap((part) => Object.entries(withoutAllOf(objectOf(part))))) {
    if (key === 'properties') merged[key] = { ...objectOf(merged[key]), ...objectOf(value) };
    else if (key === '$ref' || !isSame(merged[key] ?? value, value)) return schema;
    else merged[key] = value;
  }
  return merged;
}
