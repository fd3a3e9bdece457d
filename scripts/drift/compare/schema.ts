import { at, CouldNotTell, isObject, listOf, namesOf, objectOf, type Document, type Json } from '../document.ts';
import { field, keyOf, type Place } from './findings.ts';

/** A schema as it is written, and where. */
export interface Node {
  schema: Json;
  place: Place;
}

/** One alternative of a schema with everything that applies to it: `allOf` merged, references followed. */
export interface Alternative {
  /** Set where the alternative is nothing but a reference to this component. */
  component?: string;
  node: Node;
  /** `any` where every type is allowed. */
  type: string;
  nullable: boolean;
  fields: ReadonlyMap<string, Node>;
  required: ReadonlySet<string>;
  items: Node | undefined;
  tuple: readonly Node[];
  /** The schema of fields that have no name; `undefined` where any are allowed, `false` where none are. */
  additional: Node | false | undefined;
  enum: readonly unknown[] | undefined;
  format: unknown;
  /** `pattern`, `maximum`, `not` and the like, by keyword. */
  limits: Json;
  /** Owners whose definitions are merged here. */
  sources: ReadonlySet<string>;
  /** Texts, flags and defaults of an alternative that is written in place. */
  annotations: Json;
}

/** The one form into which every way of writing a schema is brought, in OpenAPI 3.0, 3.1 and 3.2. */
export interface Shape {
  /** Null is an alternative of its own. */
  nullable: boolean;
  alternatives: readonly Alternative[];
  annotations: Json;
}

const objectKeywords = [
  'properties',
  'required',
  'additionalProperties',
  'patternProperties',
  'minProperties',
  'maxProperties',
];
const structure = new Set([
  'type',
  'nullable',
  'properties',
  'required',
  'items',
  'prefixItems',
  'additionalProperties',
  'enum',
  'format',
  'oneOf',
  'anyOf',
  'allOf',
  '$ref',
  '$defs',
  'definitions',
]);
const annotationKeywords = new Set([
  'title',
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'xml',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'discriminator',
  '$comment',
  '$schema',
  '$id',
  '$anchor',
]);
/** Above this number of combinations, `oneOf` and `anyOf` are compared as they are written. */
const mostAlternatives = 64;

export const anything: Json = {};

export function schemaOf(value: unknown): Json {
  return value === false ? { not: {} } : objectOf(value);
}

/** Where the target of a reference is written; what is no component counts as written where it is used. */
export function placeOfTarget(pointer: string, usedAt: Place): Place {
  const [first, section = '', name = '', ...rest] = namesOf(pointer);
  if (first !== 'components') return usedAt;
  const fields = rest.filter(
    (step, index) => !['properties', '$defs'].includes(step) || rest[index - 1] === 'properties',
  );
  return {
    owner: [['component', `${section}/${name}`]],
    fields: fields.map((step) => (step === 'items' ? '[]' : step)),
  };
}

/** Brings the schemas of one document into the normal form. */
export function createSchemaReader(document: Document): (node: Node) => Shape {
  const shapes = new WeakMap<Json, Shape>();
  const isOld = document.openapi.startsWith('3.0');
  const read = (node: Node): Shape => {
    const target = followReference(document, node, isOld);
    const known = shapes.get(target.schema);
    if (known) return known;
    const parts = partsOf(target);
    const shape = {
      ...alternativesOf(parts, target, partsOf),
      annotations: annotationsOf(parts.filter(({ place }) => keyOf(place.owner) === keyOf(target.place.owner))),
    };
    shapes.set(target.schema, shape);
    return shape;
  };
  const partsOf = (node: Node): Node[] => flatten(document, node, isOld, 0);
  return read;
}

/** The component that a schema is a reference to, if it is nothing else. */
export function referenceOf({ schema }: Node, isOld: boolean): string | undefined {
  const { $ref, allOf, ...rest } = schema;
  const hasSiblings = !isOld && Object.keys(rest).some((key) => !annotationKeywords.has(key) && !key.startsWith('x-'));
  if (typeof $ref === 'string') return hasSiblings || (!isOld && allOf !== undefined) ? undefined : $ref;
  const [only, ...more] = listOf(allOf);
  if (!isObject(only) || more.length > 0 || Object.keys(rest).some((key) => key !== 'description')) return undefined;
  return typeof only.$ref === 'string' && Object.keys(only).length === 1 ? only.$ref : undefined;
}

export function followReference(document: Document, node: Node, isOld: boolean, hops = 0): Node {
  const reference = referenceOf(node, isOld);
  if (reference === undefined) return node;
  if (hops > 50) throw new CouldNotTell(`${reference} refers to itself`);
  const target = { schema: schemaOf(at(document, reference)), place: placeOfTarget(reference, node.place) };
  return followReference(document, target, isOld, hops + 1);
}

/** The schema itself and the members of its `allOf`, references followed. */
function flatten(document: Document, node: Node, isOld: boolean, depth: number): Node[] {
  if (depth > 50) throw new CouldNotTell(`\`allOf\` at ${keyOf(node.place.owner)} refers to itself`);
  const { $ref, allOf, ...own } = isOld && '$ref' in node.schema ? { $ref: node.schema.$ref } : node.schema;
  const target =
    typeof $ref === 'string' ? [{ schema: schemaOf(at(document, $ref)), place: placeOfTarget($ref, node.place) }] : [];
  const members = listOf(allOf).map((member) => ({ schema: schemaOf(member), place: node.place }));
  const inner = [...target, ...members].flatMap((part) => flatten(document, part, isOld, depth + 1));
  return [{ schema: modern(own), place: node.place }, ...inner];
}

/** The keywords of OpenAPI 3.0 in the terms of 3.1, and nothing that is meant anyway. */
function modern(schema: Json): Json {
  const { const: only, contentEncoding, contentMediaType, ...rest } = schema;
  if ('const' in schema) rest.enum = [only];
  if (contentEncoding === 'base64') rest.format ??= 'byte';
  else if (contentMediaType === 'application/octet-stream') rest.format ??= 'binary';
  else
    Object.assign(rest, {
      ...(contentEncoding !== undefined && { contentEncoding }),
      ...(contentMediaType !== undefined && { contentMediaType }),
    });
  for (const [limit, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (rest[exclusive] === true) {
      rest[exclusive] = rest[limit];
      Reflect.deleteProperty(rest, limit);
    }
  }
  return Object.fromEntries(Object.entries(rest).filter(([key, value]) => !isImplied(key, value)));
}

function isImplied(key: string, value: unknown): boolean {
  if (key === 'additionalProperties') return value === true || (isObject(value) && Object.keys(value).length === 0);
  if (['minLength', 'minItems', 'minProperties'].includes(key)) return value === 0;
  return value === undefined || (value === false && key !== 'default' && key !== 'example');
}

function annotationsOf(parts: readonly Node[]): Json {
  const entries = parts.toReversed().flatMap(({ schema }) => Object.entries(schema));
  return Object.fromEntries(entries.filter(([key]) => annotationKeywords.has(key) || key.startsWith('x-')));
}

type Flatten = (node: Node) => Node[];

/** Distributes what stands beside `oneOf` or `anyOf` over its members. */
function alternativesOf(parts: readonly Node[], node: Node, partsOf: Flatten, depth = 0): Omit<Shape, 'annotations'> {
  const unions = parts.flatMap(unionsOf);
  const size = unions.reduce((product, { members }) => product * members.length, 1);
  const [first] = unions;
  if (!first || size > mostAlternatives || depth > mostAlternatives) return byType(parts, node);
  const others = parts.map((part) => (part === first.part ? withoutUnion(part, first.keyword) : part));
  const isBare = others.every(({ schema }) => Object.keys(schema).every((key) => !isConstraint(key)));
  const members = first.members.filter(({ schema }) => schema.type !== 'null');
  const shapes = members.map((member) => {
    const own = partsOf(member);
    const shape = alternativesOf(isBare ? own : [...others, ...own], member, partsOf, depth + 1);
    const component = isBare && shape.alternatives.length === 1 ? member.schema.$ref : undefined;
    return { ...shape, alternatives: shape.alternatives.map((each) => named(each, member, component, own)) };
  });
  const isNullable = members.length < first.members.length || others.some(({ schema }) => schema.nullable === true);
  return {
    nullable: isNullable || shapes.some(({ nullable }) => nullable),
    alternatives: shapes.flatMap(({ alternatives }) => alternatives),
  };
}

function named(alternative: Alternative, node: Node, component: unknown, own: readonly Node[]): Alternative {
  if (typeof component === 'string') return { ...alternative, node, component };
  return { ...alternative, annotations: { ...annotationsOf(own), ...alternative.annotations } };
}

interface Union {
  part: Node;
  keyword: 'oneOf' | 'anyOf';
  members: Node[];
}

function unionsOf(part: Node): Union[] {
  return (['oneOf', 'anyOf'] as const).flatMap((keyword) => {
    const members = listOf(part.schema[keyword]).map((member) => ({ schema: schemaOf(member), place: part.place }));
    return members.length === 0 ? [] : [{ part, keyword, members }];
  });
}

function withoutUnion({ schema, place }: Node, keyword: string): Node {
  return { schema: Object.fromEntries(Object.entries(schema).filter(([key]) => key !== keyword)), place };
}

function isConstraint(keyword: string): boolean {
  return !annotationKeywords.has(keyword) && !keyword.startsWith('x-') && keyword !== 'nullable';
}

/** One alternative for each type. */
function byType(parts: readonly Node[], node: Node): Omit<Shape, 'annotations'> {
  const { types, nullable } = typesOf(parts);
  const rest = mergeParts(parts);
  return {
    nullable: nullable && types.length === 0,
    alternatives: types.map((type) => ({ ...rest, node, type, nullable, annotations: {} })),
  };
}

function typesOf(parts: readonly Node[]): { types: string[]; nullable: boolean } {
  const schemas = parts.map(({ schema }) => schema);
  const stated = schemas.filter(({ type, enum: values }) => type !== undefined || values !== undefined).map(ownTypes);
  // Beside `allOf` or `oneOf` it has no meaning by the letter of OpenAPI 3.0, and is meant all the same.
  const isMarked = schemas.some(({ nullable: mark }) => mark === true);
  const nullable = isMarked || (stated.length > 0 && stated.every((types) => types.includes('null')));
  const [first, ...others] = stated;
  if (!first) return { types: [schemas.some(isAboutObjects) ? 'object' : 'any'], nullable };
  const common = others.reduce(intersect, first).filter((type) => type !== 'null');
  return { types: [...new Set(common)].sort(), nullable };
}

function ownTypes({ type, nullable, enum: values }: Json): string[] {
  const types =
    type === undefined ? listOf(values).map(typeOfValue) : [type].flat().filter((each) => typeof each === 'string');
  return nullable === true ? [...types, 'null'] : types;
}

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function intersect(types: string[], others: string[]): string[] {
  return types.flatMap((type) => {
    if (others.includes(type)) return [type];
    if (type === 'number' && others.includes('integer')) return ['integer'];
    return type === 'integer' && others.includes('number') ? [type] : [];
  });
}

function isAboutObjects(schema: Json): boolean {
  return objectKeywords.some((keyword) => keyword in schema);
}

type Merged = Omit<Alternative, 'type' | 'nullable' | 'node' | 'annotations' | 'component'>;

function mergeParts(parts: readonly Node[]): Merged {
  const additional = parts.map(additionalOf).filter((node) => node !== undefined);
  const items = parts.flatMap((part) =>
    'items' in part.schema ? [{ schema: schemaOf(part.schema.items), place: field(part.place, '[]') }] : [],
  );
  const tuple = parts.find(({ schema }) => Array.isArray(schema.prefixItems));
  const enums = parts.map(({ schema }) => schema.enum).filter((values) => Array.isArray(values)) as unknown[][];
  return {
    fields: fieldsOf(parts),
    required: new Set(parts.flatMap(({ schema }) => listOf(schema.required).map(String))),
    items: together(items),
    tuple: listOf(tuple?.schema.prefixItems).map((item, index) => ({
      schema: schemaOf(item),
      place: field(tuple?.place ?? noPlace, `[${index}]`),
    })),
    additional: additional.includes(false) ? false : together(additional.filter((node) => node !== false)),
    enum:
      enums.length === 0
        ? undefined
        : enums.reduce((all, own) => all.filter((value) => own.includes(value))).filter((value) => value !== null),
    format: parts.find(({ schema }) => schema.format !== undefined)?.schema.format,
    limits: limitsOf(parts),
    sources: new Set(parts.map(({ place }) => keyOf(place.owner))),
  };
}

const noPlace: Place = { owner: [], fields: [] };

function additionalOf({ schema, place }: Node): Node | false | undefined {
  const { additionalProperties: own } = schema;
  return isObject(own) ? { schema: own, place: field(place, '*') } : own === false ? false : undefined;
}

function fieldsOf(parts: readonly Node[]): Map<string, Node> {
  const all = new Map<string, Node[]>();
  for (const { schema, place } of parts) {
    for (const [name, value] of Object.entries(objectOf(schema.properties))) {
      const node = { schema: schemaOf(value), place: field(place, name) };
      all.set(name, [...(all.get(name) ?? []), node]);
    }
  }
  return new Map([...all].map(([name, nodes]) => [name, together(nodes) ?? { schema: anything, place: noPlace }]));
}

/** Several schemas that apply at once, as one. */
function together(nodes: readonly Node[]): Node | undefined {
  const [first, ...others] = nodes;
  return first && others.length > 0
    ? { schema: { allOf: nodes.map(({ schema }) => schema) }, place: first.place }
    : first;
}

function limitsOf(parts: readonly Node[]): Json {
  const limits: Json = {};
  for (const [key, value] of parts.flatMap(({ schema }) => Object.entries(schema))) {
    if (structure.has(key) || annotationKeywords.has(key) || key.startsWith('x-')) continue;
    limits[key] = key in limits ? stricter(key, limits[key], value) : value;
  }
  return limits;
}

function stricter(key: string, one: unknown, other: unknown): unknown {
  if (typeof one === 'number' && typeof other === 'number' && key !== 'multipleOf')
    return isLowerLimit(key) ? Math.max(one, other) : Math.min(one, other);
  return JSON.stringify(one) === JSON.stringify(other) ? one : [one, other];
}

export function isLowerLimit(keyword: string): boolean {
  return /^(min|exclusiveMin)/.test(keyword);
}
