import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';

import { isObject } from '../../scripts/drift/document.ts';
import type { Published } from './cases/changes.ts';
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
const filters =
  published().paths[path]?.get.parameters.flatMap(({ name, required }) => (name && required !== true ? [name] : [])) ??
  [];

const schemaEdit: fc.Arbitrary<readonly [id: string, apply: (schema: Json) => void]> = fc.oneof(
  fc
    .constantFrom('boolean', 'array', 'object')
    .map((type) => [`type ${type}`, (schema: Json) => void (schema.type = type)] as const),
  fc.constant(['nullable', (schema: Json) => void (schema.nullable = true)] as const),
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((values) => {
    const sorted = values.toSorted();
    return [`enum ${sorted.join()}`, (schema: Json) => void (schema.enum = values)] as const;
  }),
  fc
    .integer({ min: 1, max: 3 })
    .map((limit) => [`maximum ${limit}`, (schema: Json) => void (schema.maximum = limit)] as const),
  fc
    .integer({ min: 1, max: 3 })
    .map((value) => [`default ${value}`, (schema: Json) => void (schema.default = value)] as const),
  fc
    .constantFrom('date', 'uuid')
    .map((format) => [`format ${format}`, (schema: Json) => void (schema.format = format)] as const),
);

const fieldEdit: fc.Arbitrary<Edit> = fc.tuple(fc.constantFrom(...fields), schemaEdit).map(([name, [id, apply]]) => ({
  target: `field ${name}`,
  id,
  apply: ({ components }) => {
    const { properties } = components.schemas.CallLog;
    const schema = properties[name];
    if (schema) apply(schema);
  },
}));

const removal: fc.Arbitrary<Edit> = fc.constantFrom(...fields).map((name) => ({
  target: `field ${name}`,
  id: 'gone',
  apply: ({ components }) => void Reflect.deleteProperty(components.schemas.CallLog.properties, name),
}));

const addition: fc.Arbitrary<Edit> = fc
  .tuple(fc.constantFrom('x', 'y', 'z'), fc.constantFrom('string', 'number'))
  .map(([name, type]) => ({
    target: `field ${name}`,
    id: `new ${type}`,
    apply: ({ components }) => void (components.schemas.CallLog.properties[name] = { type }),
  }));

const filterEdit: fc.Arbitrary<Edit> = fc.tuple(fc.constantFrom(...filters), schemaEdit).map(([name, [id, apply]]) => ({
  target: `filter ${name}`,
  id,
  apply: (document) => {
    const filter = document.paths[path]?.get.parameters.find((parameter) => parameter.name === name);
    if (filter) apply(filter.schema);
  },
}));

const requirement: fc.Arbitrary<Edit> = fc.constantFrom(...filters).map((name) => ({
  target: `filter ${name}`,
  id: 'required',
  apply: (document) => {
    const filter = document.paths[path]?.get.parameters.find((parameter) => parameter.name === name);
    if (filter) filter.required = true;
  },
}));

const edit = fc.oneof(fieldEdit, removal, addition, filterEdit, requirement);
const edits = fc.uniqueArray(edit, { minLength: 1, maxLength: 6, selector: ({ target }) => target });

/** The same document in another layout: keys and parameters in another order, references and paths written otherwise. */
function relaid(document: Published, seed: number): Published {
  const shuffled = shuffle(document, seed) as Published;
  const item = shuffled.paths[path];
  if (item && seed % 2 === 0) {
    item.get.parameters.reverse();
    item.parameters = item.get.parameters.splice(0, 3);
  }
  if (seed % 3 === 0) Object.assign(shuffled, parse(stringify(shuffled)) as object);
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
  const head = published();
  for (const { apply } of applied) apply(head);
  return changesBetween(published(), layout(head))
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
      { numRuns: 40, seed: 20_261_125 },
    );
  });

  it('differ between any two edits that differ', () => {
    fc.assert(
      fc.property(edit, edit, (one, other) => {
        const [first, second] = [fingerprintsOf([one]), fingerprintsOf([other])];
        const isSame = one.target === other.target && one.id === other.id;
        expect(first.length).toBeGreaterThan(0);
        if (isSame) expect(second).toEqual(first);
        else expect(first.filter((fingerprint) => second.includes(fingerprint) && !isShared(one, other))).toEqual([]);
      }),
      { numRuns: 100, seed: 20_261_125 },
    );
  });
});

/** Two edits of one target can have a part in common: two lists of values that both lack a value. */
function isShared(one: Edit, other: Edit): boolean {
  return one.target === other.target && one.id.startsWith('enum') && other.id.startsWith('enum');
}
