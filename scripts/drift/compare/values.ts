import canonicalize from 'canonicalize';

import { isObject, type Json } from '../document.ts';
import type { Add } from './findings.ts';

export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const texts = wordSet(
  'title description summary example examples externalDocs xml tags links $comment $schema $id $self',
);
/** Keywords for which false is not what is meant where nothing is said. */
const plainValues = wordSet('default example examples explode additionalProperties');

/** True for a keyword that is only for people to read. */
export const isText = (keyword: string): boolean => texts.has(keyword);
export const isSame = (one: unknown, other: unknown): boolean =>
  one === other || canonicalize(one) === canonicalize(other);

export const allKeys = (...objects: Json[]): string[] => [...new Set(objects.flatMap((each) => Object.keys(each)))];

const said = (value: unknown, key: string): unknown => (value === false && !plainValues.has(key) ? undefined : value);

/** The keywords whose values differ. A flag that is false is as good as none. */
export function changedKeys(older: Json, newer: Json): string[] {
  return allKeys(older, newer)
    .sort()
    .filter((key) => !isSame(said(older[key], key), said(newer[key], key)));
}

/** Records what has no comparison of its own: keywords by their names, texts and extensions together. */
export function compareRest(older: Json, newer: Json, add: Add, known: readonly string[] = []): void {
  const changed = changedKeys(older, newer).filter((key) => !known.includes(key));
  const isExtension = (key: string): boolean => key.startsWith('x-');
  const pick = (value: Json, keys: string[]): Json => Object.fromEntries(keys.map((key) => [key, value[key]]));
  const groups = { wording: changed.filter(isText), extension: changed.filter(isExtension) };
  for (const [kind, keys] of Object.entries(groups))
    if (keys.length > 0) add(kind, pick(older, keys), pick(newer, keys));
  for (const key of changed.filter((each) => !isText(each) && !isExtension(each)))
    add(key, said(older[key], key), said(newer[key], key));
}

/** A list of values without order: stated, no longer stated, or with some more or less. */
export function compareValues(kind: string, before: unknown, after: unknown, add: Add): void {
  const [older, newer] = [sorted(before), sorted(after)];
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

function sorted(values: unknown): unknown[] | undefined {
  const compare = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  return Array.isArray(values) ? values.toSorted(compare) : undefined;
}

/** A definition without what is only for people to read, and with lists that have no order in one order. */
export function withoutTexts(value: unknown, isNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutTexts(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => isNames || !(isText(key) || key.startsWith('x-')));
  const content = (key: string, child: unknown): unknown => {
    const set = !isNames && ['enum', 'required', 'type'].includes(key) ? sorted(child) : undefined;
    return set ?? withoutTexts(child, !isNames && key === 'properties');
  };
  return Object.fromEntries(entries.map(([key, child]) => [key, content(key, child)]));
}
