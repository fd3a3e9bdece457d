import canonicalize from 'canonicalize';

import { isObject, type Json } from '../document.ts';

/** Takes down a difference at a place that is known already. */
export type Add = (kind: string, before: unknown, after: unknown) => void;

const texts = new Set([
  'title',
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'xml',
  'tags',
  'links',
  '$comment',
  '$schema',
  '$id',
  '$anchor',
]);

/** Whether a keyword is only for people to read. */
export const isText = (keyword: string): boolean => texts.has(keyword);

export const isSame = (older: unknown, newer: unknown): boolean => canonicalize(older) === canonicalize(newer);

export function changedKeys(older: Json, newer: Json): string[] {
  const keys = [...new Set([...Object.keys(older), ...Object.keys(newer)])].sort();
  return keys.filter((key) => older[key] !== newer[key] && !isSame(older[key], newer[key]));
}

/** One difference for all the texts of a place. */
export function compareTexts(older: Json, newer: Json, add: Add): void {
  const changed = changedKeys(older, newer).filter(isText);
  if (changed.length > 0) add('wording', pick(older, changed), pick(newer, changed));
}

function pick(value: Json, keys: readonly string[]): Json {
  return Object.fromEntries(keys.flatMap((key) => (key in value ? [[key, value[key]]] : [])));
}

/** A list of values: stated, no longer stated, or with some more or less. */
export function compareValues(kind: string, before: unknown, after: unknown, add: Add): void {
  const [older, newer] = [sorted(before), sorted(after)];
  if (!older || !newer) {
    if (older ?? newer) add(`${kind} stated`, older, newer);
    return;
  }
  const gone = older.filter((value) => !newer.includes(value));
  const added = newer.filter((value) => !older.includes(value));
  if (gone.length > 0) add(`${kind} gone`, gone, undefined);
  if (added.length > 0) add(`${kind} new`, undefined, added);
}

function sorted(values: unknown): unknown[] | undefined {
  return Array.isArray(values)
    ? values.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : undefined;
}

/** A definition without what is only read by people, and with lists that have no order in one order. */
export function withoutTexts(value: unknown, isNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutTexts(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => isNames || !(isText(key) || key.startsWith('x-')));
  return Object.fromEntries(
    entries.map(([key, child]) => {
      const isSet = !isNames && (key === 'enum' || key === 'required' || key === 'type');
      return [key, (isSet ? sorted(child) : undefined) ?? withoutTexts(child, !isNames && key === 'properties')];
    }),
  );
}
