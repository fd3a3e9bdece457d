import canonicalize from 'canonicalize';

import type { Alternative } from './schema.ts';
import { isSame, withoutTexts } from './values.ts';

/** Whether both are references, and lead to the same component. */
export type IsShared = (older: string | undefined, newer: string | undefined) => boolean;

interface Pairing {
  pairs: [Alternative, Alternative][];
  gone: Alternative[];
  added: Alternative[];
}

/** Pairs components by name, then what says the same, then what has fields in common, then what has the same type. */
export function pairAlternatives(
  older: readonly Alternative[],
  newer: readonly Alternative[],
  isShared: IsShared,
): Pairing {
  const pairing: Pairing = { pairs: [], gone: [...older], added: [...newer] };
  const steps: ((one: Alternative, other: Alternative) => boolean)[] = [
    (one, other) => isShared(one.component, other.component),
    (one, other) => one.type === other.type && isSame(withoutTexts(one.node.schema), withoutTexts(other.node.schema)),
    (one, other) => isAlike(one, other) && [...one.fields.keys()].some((name) => other.fields.has(name)),
    isAlike,
  ];
  for (const matches of steps) {
    for (const one of [...pairing.gone]) {
      const other = pairing.added.find((candidate) => matches(one, candidate));
      if (!other) continue;
      pairing.pairs.push([one, other]);
      pairing.gone.splice(pairing.gone.indexOf(one), 1);
      pairing.added.splice(pairing.added.indexOf(other), 1);
    }
  }
  return pairing;
}

function isAlike(one: Alternative, other: Alternative): boolean {
  const isNumber = [one, other].every(({ type }) => type === 'number' || type === 'integer');
  return one.type === other.type || isNumber;
}

/** What a reader calls one alternative of several. */
export function nameOf({ component, node, type, enum: values, fields }: Alternative): string {
  if (component !== undefined) return component.slice(component.lastIndexOf('/') + 1);
  if (typeof node.schema.title === 'string') return node.schema.title;
  if (values && values.length < 4) return values.map((value) => JSON.stringify(value)).join(' | ');
  return type === 'object' && fields.size > 0
    ? `object with ${[...fields.keys()].sort().slice(0, 3).join(', ')}`
    : type;
}

interface Names {
  gone: string[];
  added: string[];
  /** The new name by the old one. */
  renamed: Map<string, string>;
}

/**
 * The names that one of two lists lacks. A name counts as changed only where what it stands for is the same to the
 * letter, a description or a reference included, and nothing else in the two lists says the same.
 */
export function namesApart(older: ReadonlyMap<string, unknown>, newer: ReadonlyMap<string, unknown>): Names {
  const gone = [...older.keys()].filter((name) => !newer.has(name));
  const added = [...newer.keys()].filter((name) => !older.has(name));
  const isRename = ([name, next]: [string, string]): boolean => gone.includes(name) && added.includes(next);
  const renamed = new Map(gone.length > 0 && added.length > 0 ? sameContent(older, newer).filter(isRename) : []);
  const next = new Set(renamed.values());
  return { gone: gone.filter((name) => !renamed.has(name)), added: added.filter((name) => !next.has(name)), renamed };
}

function sameContent(older: ReadonlyMap<string, unknown>, newer: ReadonlyMap<string, unknown>): [string, string][] {
  const after = byContent(newer);
  return [...byContent(older)].flatMap(([content, names]): [string, string][] => {
    const [name, next, ...others] = [...names, ...(after.get(content) ?? [])];
    const isTelling = /"(description|\$ref)":/.test(content) && names.length === 1 && others.length === 0;
    return isTelling && name !== undefined && next !== undefined ? [[name, next]] : [];
  });
}

function byContent(values: ReadonlyMap<string, unknown>): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [name, value] of values) {
    const content = canonicalize(value) ?? '';
    names.set(content, [...(names.get(content) ?? []), name]);
  }
  return names;
}
