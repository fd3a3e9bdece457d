import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';

import { isObject } from '../../scripts/drift/document.ts';
import type { Published } from './cases/changes.ts';
import { draws } from '../support/draws.ts';
import { changesBetween, published } from './cases/compare.ts';

type Json = Record<string, unknown>;

/** An edit of one field of the rows or of one filter. Two edits of one target exclude each other. */
interface Edit {
  target: string;
  /** Tells edits of one target apart. */
  id: string;
  apply: (document: Published) => void;
}

const path = '/accounts/{account_id}/call-logs';
const fields = Object.keys(published().components.schemas.CallLog.properties);
const newFields = ['x', 'y', 'z'];
const filters =
  published().paths[path]?.get.parameters.flatMap(({ name, required }) => (name && required !== true ? [name] : [])) ??
  [];

type SchemaEdit = readonly [id: string, apply: (schema: Json) => void];

/** Sets keywords. */
const setting = (id: string, keywords: Json): SchemaEdit => [id, (schema) => void Object.assign(schema, keywords)];

const schemaEdit: fc.Arbitrary<SchemaEdit> = fc.oneof(
  fc.constantFrom('boolean', 'object').map((type) => setting(`type ${type}`, { type })),
  fc
    .constantFrom('string', 'number')
    .map((type) => setting(`type array of ${type}`, { type: 'array', items: { type } })),
  fc.constant(setting('nullable', { nullable: true })),
  fc
    .uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 })
    .map((values) => setting(`enum ${values.toSorted().join()}`, { enum: values })),
  fc.integer({ min: 1, max: 3 }).map((maximum) => setting(`maximum ${maximum}`, { maximum })),
  fc
    .constantFrom(1, 2, null, { title: 'a' }, { title: 'b' })
    .map((value) => setting(`default ${JSON.stringify(value)}`, { default: value })),
  fc.constantFrom('date', 'uuid').map((format) => setting(`format ${format}`, { format })),
  fc.constantFrom('one', 'other').map((description) => setting(`description ${description}`, { description })),
);

const rowsOf = (document: Published) => document.components.schemas.CallLog.properties;
const filterOf = (document: Published, name: string) =>
  document.paths[path]?.get.parameters.find((parameter) => parameter.name === name);

/** Each target with the edits that it may get. */
const targets = new Map<string, fc.Arbitrary<Omit<Edit, 'target'>>>();

for (const name of fields) {
  const edit = ([id, apply]: SchemaEdit) => ({
    id,
    apply: (document: Published) => {
      apply(rowsOf(document)[name] ?? {});
    },
  });
  const removal = { id: 'gone', apply: (document: Published) => void Reflect.deleteProperty(rowsOf(document), name) };
  targets.set(`field ${name}`, fc.oneof({ weight: 8, arbitrary: schemaEdit.map(edit) }, fc.constant(removal)));
}

for (const name of filters) {
  const edit = ([id, apply]: SchemaEdit) => ({
    id,
    apply: (document: Published) => {
      apply(filterOf(document, name)?.schema ?? {});
    },
  });
  const requirement = {
    id: 'required',
    apply: (document: Published) => void Object.assign(filterOf(document, name) ?? {}, { required: true }),
  };
  targets.set(`filter ${name}`, fc.oneof({ weight: 8, arbitrary: schemaEdit.map(edit) }, fc.constant(requirement)));
}

for (const name of newFields) {
  const addition = fc.tuple(fc.constantFrom('string', 'number'), fc.constantFrom('a', 'b')).map(([type, inner]) => ({
    id: `new with ${type} ${inner}`,
    apply: (document: Published) => {
      const properties = { [inner]: { type, enum: ['one', 'other'], title: inner } };
      rowsOf(document)[name] = { type: 'object', properties, required: [inner] };
    },
  }));
  targets.set(`field ${name}`, addition);
}

const response = fc.constantFrom('x-limit', 'link').map((header) => ({
  id: `new with ${header}`,
  apply: (document: Published) => {
    const added = { description: 'Too many', content: {}, headers: { [header]: { schema: { type: 'string' } } } };
    Object.assign(document.paths[path]?.get.responses ?? {}, { 429: added });
  },
}));
targets.set('response 429', response);

/** The published document after edits, one after the other. */
function edited(...applied: readonly Edit[]): Published {
  const document = published();
  for (const { apply } of applied) apply(document);
  return document;
}

/** Draws edits of a target, but those that change nothing, such as one to the type that a field has already. */
const editOf = ([target, drawn]: [string, fc.Arbitrary<Omit<Edit, 'target'>>]): fc.Arbitrary<Edit> =>
  drawn.map((each) => ({ target, ...each })).filter((each) => !isDeepStrictEqual(edited(each), published()));

const target = fc.constantFrom(...targets);
const edit = target.chain(editOf);
const edits = fc.uniqueArray(edit, { minLength: 1, maxLength: 6, selector: ({ target }) => target });
const pairOfOneTarget = target.chain((each) => fc.tuple(editOf(each), editOf(each)));

/** The same document in another layout: keys and parameters in another order, references and paths written otherwise. */
function relaid(document: Published, seed: number): Published {
  const shuffled = shuffle(document, seed) as Published;
  const item = shuffled.paths[path];
  if (item && seed % 2 === 0) {
    item.get.parameters.reverse();
    item.parameters = item.get.parameters.splice(0, 3);
  }
  if (seed % 3 === 0) Object.assign(shuffled, parse(stringify(shuffled)) as object);
  for (const name of newFields) {
    const properties = rowsOf(shuffled);
    if (seed % 7 === 0 && properties[name]) properties[name] = { allOf: [properties[name]] };
  }
  if (seed % 5 === 0)
    Object.assign(shuffled.components.schemas.CallLog, {
      allOf: [{ ...shuffled.components.schemas.CallLog }],
      properties: {},
    });
  return shuffled;
}

function shuffle(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffle(item, seed));
  if (!isObject(value)) return value;
  const weight = (key: string): number =>
    Array.from(key).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0) * seed) % 997, seed);
  const entries = Object.entries(value).sort(([a], [b]) => weight(a) - weight(b));
  return Object.fromEntries(entries.map(([key, child]) => [key, shuffle(child, seed)]));
}

function fingerprintsOf(applied: readonly Edit[], layout = (document: Published): Published => document): string[] {
  return changesBetween(published(), layout(edited(...applied)))
    .map(({ fingerprint }) => fingerprint)
    .sort();
}

describe('the fingerprints of random edits', () => {
  it('are those of the edits alone, whatever the order and the layout', () => {
    fc.assert(
      fc.property(edits, fc.integer({ min: 1, max: 1_000 }), (applied, seed) => {
        const alone = applied.flatMap((each) => fingerprintsOf([each])).sort();
        expect(fingerprintsOf(applied)).toEqual(alone);
        expect(fingerprintsOf(applied.toReversed(), (document) => relaid(document, seed))).toEqual(alone);
      }),
      { numRuns: draws(10, 100) },
    );
  });

  it('differ between any two edits that differ', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(edit, edit), pairOfOneTarget), ([one, other]) => {
        const [first, second] = [fingerprintsOf([one]), fingerprintsOf([other])];
        const isSame = one.target === other.target && one.id === other.id;
        expect(first.length).toBeGreaterThan(0);
        if (isSame) expect(second).toEqual(first);
        else expect(first.filter((fingerprint) => second.includes(fingerprint) && !isShared(one, other))).toEqual([]);
      }),
      { numRuns: draws(30, 200) },
    );
  });
});

/** Two edits of one target can have a part in common: two lists of values that both lack a value. */
function isShared(one: Edit, other: Edit): boolean {
  return one.target === other.target && one.id.startsWith('enum') && other.id.startsWith('enum');
}
