import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

import { breaking, notable, type Change, type Judgement, type RawChange } from './change.ts';
import { describePlace, type Place } from './describe-place.ts';
import { isObject, namesOf, type Document } from './documents/parse-document.ts';
import { oneLine } from './one-line.ts';
import { answerRule } from './rules/answers.ts';
import { componentRule } from './rules/components.ts';
import { operationRule } from './rules/operations.ts';
import { parameterRule } from './rules/parameters.ts';
import { sentence, type Rule, type Subject } from './rules/rule.ts';
import { wordingRule } from './rules/wording.ts';

/** In order; the first that has an opinion decides. */
const rules: readonly Rule[] = [wordingRule, componentRule, parameterRule, answerRule, operationRule];

/** The verdict of a change between two documents. */
export function judge(change: RawChange, base: Document, head: Document): Change {
  const place = describePlace(change, base, head);
  const subject: Subject = { change, place, base };
  const judgement = firstOf(rules, subject) ?? unknown(subject);
  const where = whereOf(change, place);
  const { verdict, step, title, meaning } = judgement;
  const texts = { title: oneLine(title), meaning: oneLine(meaning), where: oneLine(where), pointer: change.path };
  return { verdict, step, ...texts, fingerprint: fingerprint(change, where), names: namesIn(change, place) };
}

function firstOf(candidates: readonly Rule[], subject: Subject): Judgement | undefined {
  for (const rule of candidates) {
    const judgement = rule(subject);
    if (judgement) return judgement;
  }
  return undefined;
}

/** What no rule knows is never safe: somebody has to look. */
function unknown({ change, place }: Subject): Judgement {
  const what = change.property ?? `${change.kind} ${change.typeName}`;
  const title = `${sentence(place.label)} changes in a way that has no rule yet (${what})`;
  const meaning = 'Look at it, and give it a rule in scripts/drift/rules.';
  return change.impact === 'major' ? breaking(title, meaning) : notable(title, meaning);
}

/** By names, without the indexes that another order would change. */
function whereOf(change: RawChange, place: Place): string {
  if (place.area === 'parameter') return ['parameters', place.field, change.property].filter(Boolean).join('.');
  const pointer = change.base?.pointer ?? change.revision?.pointer ?? change.path;
  const names = namesOf(pointer).filter((name) => !['components', 'schemas', 'properties', 'schema'].includes(name));
  const last = names.at(-1) === change.property || change.property === 'key' ? [] : [change.property ?? ''];
  return [...names, ...last].filter((name) => name !== '').join('.');
}

function namesIn(change: RawChange, place: Place): string[] {
  const renamed = change.property === 'key' || change.property === 'name' ? [change.base?.value] : [];
  const below = change.kind === 'removed' ? namesBelow(change.base?.value) : [];
  const operation = change.typeName === 'Operation' ? namesOf(change.path).slice(1, 2) : [];
  const names = [place.field.split('.').at(-1), namesOf(change.path).at(-1), ...operation, ...renamed, ...below];
  return [...new Set(names.filter((name): name is string => typeof name === 'string' && name !== ''))];
}

/** What goes with something that is removed: fields by their name, parameters by what they are called. */
function namesBelow(value: unknown): string[] {
  if (!Array.isArray(value)) return isObject(value) ? Object.keys(value) : [];
  return value.flatMap((item: unknown) => (isObject(item) && typeof item.name === 'string' ? [item.name] : []));
}

/**
 * What is removed is known by its place, or by what it said where the place is a number. What is added or modified counts with its value, so that accepting one value
 * does not accept the next; texts are left out, so that rewording asks for no new acceptance.
 */
function fingerprint(change: RawChange, where: string): string {
  const isNumbered = /\.\d+$/.test(where);
  const before = change.kind === 'modified' || isNumbered ? change.base?.value : undefined;
  const after = change.kind === 'removed' ? undefined : change.revision?.value;
  // Two operations may have a parameter of one name.
  const operation = where.startsWith('parameters.') ? namesOf(change.path).slice(1, 3) : [];
  const text = canonicalize([change.kind, ...operation, where, change.property ?? '', said(before), said(after)]) ?? '';
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function said(value: unknown): unknown {
  if (!isObject(value)) return value ?? null;
  const { description: _1, example: _2, ...rest } = value;
  return rest;
}
