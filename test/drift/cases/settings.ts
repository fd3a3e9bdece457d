/** Small documents that hold one schema in every setting: in place, by reference, shared, sent and received. */
import type { Verdict } from '../../../scripts/drift/judge.ts';

type Json = Record<string, unknown>;

export const versions = ['3.0.3', '3.1.0', '3.2.0'] as const;
export type Version = (typeof versions)[number];

export const locations = ['query', 'path', 'header', 'body', 'response', 'response header'] as const;
export type Location = (typeof locations)[number];

/** `shared`: by reference, and used by a filter and by a response too. */
export const layouts = ['in place', 'by reference', 'shared'] as const;
export type Layout = (typeof layouts)[number];

export interface Setting {
  version: Version;
  location: Location;
  layout: Layout;
}

/** Every combination of a location and a layout in one version. */
export function settingsOf(version: Version): Setting[] {
  return locations.flatMap((location) => layouts.map((layout) => ({ version, location, layout })));
}

/** A document with `schema` in a setting, as the type of something called `value`. */
export function documentWith(schema: Json, { version, location, layout }: Setting): Json {
  const used = layout === 'in place' ? schema : { $ref: '#/components/schemas/Value' };
  const body = { content: { 'application/json': { schema: { type: 'object', properties: { value: used } } } } };
  const parameter = { name: 'value', in: location, required: location === 'path', schema: used };
  const isParameter = ['query', 'path', 'header'].includes(location);
  const response = {
    description: 'Done',
    ...(location === 'response' && body),
    ...(location === 'response header' && { headers: { Value: { schema: used } } }),
  };
  const operation = {
    operationId: 'doIt',
    parameters: isParameter ? [parameter] : [],
    ...(location === 'body' && { requestBody: body }),
    responses: { '200': response },
  };
  const other = {
    operationId: 'share',
    parameters: [{ name: 'filter', in: 'query', schema: used }],
    responses: { '200': { description: 'Done', ...body } },
  };
  return {
    openapi: version,
    info: { title: 'A document of a test', version: '1' },
    paths: {
      [location === 'path' ? '/things/{value}' : '/things']: { post: operation },
      ...(layout === 'shared' && { '/others': { get: other } }),
    },
    ...(layout !== 'in place' && { components: { schemas: { Value: schema } } }),
  };
}

export interface SchemaChange {
  name: string;
  before: Json;
  after: Json;
  received: Verdict;
  sent: Verdict;
}

const object = (properties: Json, required: string[] = []): Json => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
const text = { type: 'string' };
const number = { type: 'number' };

/** Changes of a schema, each with the verdict for what is received and for what is sent. */
export const schemaChanges: readonly SchemaChange[] = [
  { name: 'another type', before: text, after: number, received: 'breaking', sent: 'breaking' },
  { name: 'a whole number', before: number, after: { type: 'integer' }, received: 'safe', sent: 'breaking' },
  { name: 'fractions', before: { type: 'integer' }, after: number, received: 'notable', sent: 'safe' },
  { name: 'a type where none was stated', before: {}, after: text, received: 'safe', sent: 'breaking' },
  { name: 'no type any more', before: text, after: {}, received: 'breaking', sent: 'safe' },
  {
    name: 'a value more',
    before: { ...text, enum: ['a', 'b'] },
    after: { ...text, enum: ['a', 'b', 'c'] },
    received: 'breaking',
    sent: 'safe',
  },
  {
    name: 'a value less',
    before: { ...text, enum: ['a', 'b'] },
    after: { ...text, enum: ['b'] },
    received: 'notable',
    sent: 'breaking',
  },
  { name: 'a list of values', before: text, after: { ...text, enum: ['a'] }, received: 'notable', sent: 'breaking' },
  {
    name: 'no list of values any more',
    before: { ...text, enum: ['a'] },
    after: text,
    received: 'breaking',
    sent: 'safe',
  },
  {
    name: 'a field more',
    before: object({ a: text }),
    after: object({ a: text, b: text }),
    received: 'safe',
    sent: 'safe',
  },
  {
    name: 'a required field more',
    before: object({ a: text }),
    after: object({ a: text, b: text }, ['b']),
    received: 'safe',
    sent: 'breaking',
  },
  {
    name: 'a field less',
    before: object({ a: text, b: text }),
    after: object({ a: text }),
    received: 'breaking',
    sent: 'breaking',
  },
  {
    name: 'a required field',
    before: object({ a: text }),
    after: object({ a: text }, ['a']),
    received: 'safe',
    sent: 'breaking',
  },
  {
    name: 'an optional field',
    before: object({ a: text }, ['a']),
    after: object({ a: text }),
    received: 'breaking',
    sent: 'safe',
  },
  {
    name: 'a field of another type',
    before: object({ a: text }),
    after: object({ a: number }),
    received: 'breaking',
    sent: 'breaking',
  },
  {
    name: 'items of another type',
    before: { type: 'array', items: text },
    after: { type: 'array', items: number },
    received: 'breaking',
    sent: 'breaking',
  },
  {
    name: 'a type more',
    before: { oneOf: [text, number] },
    after: { oneOf: [text, number, { type: 'boolean' }] },
    received: 'breaking',
    sent: 'safe',
  },
  {
    name: 'a type less',
    before: { oneOf: [text, number] },
    after: { oneOf: [number] },
    received: 'notable',
    sent: 'breaking',
  },
  {
    name: 'another time format',
    before: { ...text, format: 'date' },
    after: { ...text, format: 'date-time' },
    received: 'breaking',
    sent: 'breaking',
  },
  {
    name: 'a lower limit',
    before: { ...number, maximum: 100 },
    after: { ...number, maximum: 50 },
    received: 'notable',
    sent: 'breaking',
  },
  {
    name: 'a higher limit',
    before: { ...number, maximum: 100 },
    after: { ...number, maximum: 500 },
    received: 'notable',
    sent: 'safe',
  },
  { name: 'a pattern', before: text, after: { ...text, pattern: '^a' }, received: 'notable', sent: 'breaking' },
  {
    name: 'another default',
    before: { ...text, default: 'a' },
    after: { ...text, default: 'b' },
    received: 'notable',
    sent: 'notable',
  },
  { name: 'a deprecation', before: text, after: { ...text, deprecated: true }, received: 'notable', sent: 'notable' },
  {
    name: 'further fields of another type',
    before: { type: 'object', additionalProperties: text },
    after: { type: 'object', additionalProperties: number },
    received: 'breaking',
    sent: 'breaking',
  },
];

const nullableText = (version: Version): Json =>
  version === '3.0.3' ? { type: 'string', nullable: true } : { type: ['string', 'null'] };

/** Null is written in another way in each version. */
export const nullChanges = (version: Version): SchemaChange[] => [
  { name: 'null more', before: text, after: nullableText(version), received: 'breaking', sent: 'safe' },
  { name: 'null less', before: nullableText(version), after: text, received: 'safe', sent: 'breaking' },
];

/** Pairs of schemas that say the same. */
export const rewritings: readonly { name: string; before: Json; after: Json; versions?: readonly Version[] }[] = [
  { name: '`type: object` beside properties', before: { properties: { a: text } }, after: object({ a: text }) },
  {
    name: 'an allOf split in two',
    before: object({ a: text, b: number }, ['a']),
    after: { allOf: [object({ a: text }, ['a']), object({ b: number })] },
  },
  { name: 'an allOf around everything', before: object({ a: text }), after: { allOf: [object({ a: text })] } },
  {
    name: 'further fields that are allowed anyway',
    before: object({ a: text }),
    after: { ...object({ a: text }), additionalProperties: true },
  },
  {
    name: 'further fields of any type',
    before: object({ a: text }),
    after: { ...object({ a: text }), additionalProperties: {} },
  },
  {
    name: 'flags that are false',
    before: text,
    after: { ...text, deprecated: false, readOnly: false, writeOnly: false },
  },
  { name: 'nullable: false', before: text, after: { ...text, nullable: false }, versions: ['3.0.3'] },
  { name: 'values in another order', before: { ...text, enum: ['a', 'b'] }, after: { ...text, enum: ['b', 'a'] } },
  { name: 'values without their type', before: { ...text, enum: ['a', 'b'] }, after: { enum: ['a', 'b'] } },
  { name: 'fields in another order', before: object({ a: text, b: number }), after: object({ b: number, a: text }) },
  {
    name: 'one value as a constant',
    before: { ...text, enum: ['a'] },
    after: { ...text, const: 'a' },
    versions: ['3.1.0', '3.2.0'],
  },
  {
    name: 'types as alternatives',
    before: { type: ['string', 'number'] },
    after: { oneOf: [text, number] },
    versions: ['3.1.0', '3.2.0'],
  },
  {
    name: 'null as an alternative',
    before: { type: ['string', 'null'] },
    after: { anyOf: [text, { type: 'null' }] },
    versions: ['3.1.0', '3.2.0'],
  },
  { name: 'alternatives in another order', before: { oneOf: [text, number] }, after: { oneOf: [number, text] } },
  { name: 'anyOf instead of oneOf', before: { oneOf: [text, number] }, after: { anyOf: [text, number] } },
  { name: 'lower limits of nothing', before: text, after: { ...text, minLength: 0 } },
];

/** The same schemas as OpenAPI 3.0 and as later versions write them. */
export const translations: readonly { name: string; before: Json; after: Json }[] = [
  { name: 'null', before: { type: 'string', nullable: true }, after: { type: ['string', 'null'] } },
  {
    name: 'null as an alternative',
    before: { type: 'string', nullable: true },
    after: { oneOf: [text, { type: 'null' }] },
  },
  {
    name: 'an exclusive limit',
    before: { ...number, minimum: 0, exclusiveMinimum: true },
    after: { ...number, exclusiveMinimum: 0 },
  },
  { name: 'a constant', before: { ...text, enum: ['a'] }, after: { const: 'a' } },
  { name: 'bytes', before: { ...text, format: 'byte' }, after: { ...text, contentEncoding: 'base64' } },
  {
    name: 'a null among the values',
    before: { ...text, nullable: true, enum: ['a', null] },
    after: { type: ['string', 'null'], enum: ['a', null] },
  },
];
