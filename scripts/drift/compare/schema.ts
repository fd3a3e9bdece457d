import { at, CouldNotTell, isObject, listOf, namesOf, objectOf, type Document, type Json } from '../document.ts';
import { field, keyOf, type Place } from './findings.ts';
import { isRemark, isSame, isText, wordSet } from './values.ts';

/** A schema as it is written, and where. */
export interface Node {
  schema: Json;
  place: Place;
}

/** One alternative of a schema, with everything that applies to it: `allOf` merged, references followed. */
export interface Alternative {
  node: Node;
  /** Set where the alternative is nothing but a reference. */
  reference?: string;
  /** `any` where every type is allowed. */
  type: string;
  nullable: boolean;
  /** Fields by name, and under `[]`, `[0]` and `*` the items, the first item, and the fields that are not listed. */
  members: ReadonlyMap<string, Node>;
  required: ReadonlySet<string>;
  /** `enum`, `format`, `pattern`, `maximum`, `not` and the like. */
  constraints: Json;
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

const flags = wordSet('default deprecated readOnly writeOnly discriminator');
const structure = wordSet('type nullable properties required items prefixItems additionalProperties oneOf anyOf $defs');
const aboutObjects = ['properties', 'required', 'additionalProperties', 'patternProperties', 'maxProperties'];
/** Above this number of combinations, and this depth, `oneOf` and `anyOf` are compared as they are written. */
const mostAlternatives = 64;
const mostReferences = 50;

const isAnnotation = (keyword: string): boolean => isRemark(keyword) || flags.has(keyword);
export const schemaOf = (value: unknown): Json => (value === false ? { not: {} } : objectOf(value));

/** The place of the target of a reference. A target outside the components takes the place that refers to it. */
export function placeOfTarget(pointer: string, usedAt: Place): Place {
  const [root, section = '', name = '', ...rest] = namesOf(pointer);
  if (root !== 'components') return usedAt;
  const steps = rest.filter((step, index) => step !== 'properties' || rest[index - 1] === 'properties');
  const fields = steps.map((step) => (step === 'items' ? '[]' : step));
  return { owner: [['component', `${section}/${name}`]], fields };
}

/** Brings the schemas of one document into the normal form. */
export class SchemaReader {
  readonly #document: Document;
  readonly #isOld: boolean;
  readonly #shapes = new WeakMap<Json, Shape>();

  constructor(document: Document) {
    this.#document = document;
    this.#isOld = document.openapi.startsWith('3.0');
  }

  /** The target of a schema that is nothing but a reference. */
  referenceOf({ schema: { $ref, allOf, ...rest } }: Node): string | undefined {
    const [only, ...more] = listOf(allOf);
    // In OpenAPI 3.0, what is written beside a reference has no meaning.
    const isBare = this.#isOld || (allOf === undefined && Object.keys(rest).every(isAnnotation));
    if (typeof $ref === 'string') return isBare ? $ref : undefined;
    const isWrapper = more.length === 0 && isObject(only) && Object.keys(only).join() === '$ref';
    return isWrapper && Object.keys(rest).every(isText) ? String(only.$ref) : undefined;
  }

  read(node: Node, references = 0): Shape {
    const reference = this.referenceOf(node);
    if (references > mostReferences) throw new CouldNotTell(`the schema ${String(reference)} refers to itself`);
    if (reference !== undefined) return this.read(this.#target(reference, node.place), references + 1);
    const known = this.#shapes.get(node.schema);
    if (known) return known;
    const parts = this.#partsOf(node);
    const own = parts.filter(({ place }) => keyOf(place) === keyOf(node.place));
    const shape = { ...this.#alternatives(parts, node), annotations: annotationsOf(own) };
    this.#shapes.set(node.schema, shape);
    return shape;
  }

  #target(reference: string, usedAt: Place): Node {
    return { schema: schemaOf(at(this.#document, reference)), place: placeOfTarget(reference, usedAt) };
  }

  /** The schema itself and the members of its `allOf`, references followed. */
  #partsOf({ schema, place }: Node, depth = 0): Node[] {
    if (depth > mostReferences) throw new CouldNotTell('an `allOf` refers to itself');
    const { $ref, allOf, ...own } = this.#isOld && '$ref' in schema ? { $ref: schema.$ref } : schema;
    const target = typeof $ref === 'string' ? [this.#target($ref, place)] : [];
    const members = listOf(allOf).map((member) => ({ schema: schemaOf(member), place }));
    const inner = [...target, ...members].flatMap((part) => this.#partsOf(part, depth + 1));
    return [{ schema: modern(own), place }, ...inner];
  }

  /** Distributes what is written beside `oneOf` or `anyOf` over the members. */
  #alternatives(parts: readonly Node[], node: Node, depth = 0): Omit<Shape, 'annotations'> {
    const unions = parts.flatMap((part) =>
      ['oneOf', 'anyOf'].filter((key) => listOf(part.schema[key]).length > 0).map((key) => ({ part, key })),
    );
    const size = unions.reduce((product, { part, key }) => product * listOf(part.schema[key]).length, 1);
    const [union] = unions;
    if (!union || size > mostAlternatives || depth > mostAlternatives) return byType(parts, node);
    const { [union.key]: list, ...beside } = union.part.schema;
    const others = parts.map((part) => (part === union.part ? { ...part, schema: beside } : part));
    const isAside = (key: string): boolean => isAnnotation(key) || key === 'nullable';
    const isBare = others.every(({ schema }) => Object.keys(schema).every(isAside));
    const schemas = listOf(list).map(schemaOf);
    // Two alternatives can have fields of one name.
    const isAmbiguous = schemas.filter(({ properties }) => properties !== undefined).length > 1;
    const placeIn = (schema: Json): Place =>
      isAmbiguous && schema.properties ? field(union.part.place, `<${nameOfSchema(schema)}>`) : union.part.place;
    const all = schemas.map((schema) => ({ schema, place: placeIn(schema) }));
    const members = all.filter(({ schema }) => schema.type !== 'null');
    const shapes = members.map((member) => {
      const own = this.#partsOf(member);
      const shape = this.#alternatives(isBare ? own : [...others, ...own], member, depth + 1);
      const reference = isBare && shape.alternatives.length === 1 ? this.referenceOf(member) : undefined;
      const extra = reference === undefined ? { annotations: annotationsOf(own) } : { reference, node: member };
      return { ...shape, alternatives: shape.alternatives.map((each) => ({ ...each, ...extra })) };
    });
    const isNullable = members.length < all.length || others.some(({ schema }) => schema.nullable === true);
    return {
      nullable: isNullable || shapes.some(({ nullable }) => nullable),
      alternatives: shapes.flatMap(({ alternatives }) => alternatives),
    };
  }
}

/** The name of a schema among its alternatives, for a reader. */
export function nameOfSchema({ title, properties, type = 'object' }: Json): string {
  const fields = Object.keys(objectOf(properties)).sort().slice(0, 3).join(', ');
  if (typeof title === 'string') return title;
  return fields === '' ? String(type) : `object with ${fields}`;
}

/** The keywords of OpenAPI 3.0 in the terms of 3.1, without those that say what is meant anyway. */
function modern(schema: Json): Json {
  const { const: only, contentEncoding, contentMediaType, ...rest } = schema;
  if ('const' in schema) rest.enum = [only];
  if (contentEncoding === 'base64') rest.format = 'byte';
  else if (contentMediaType === 'application/octet-stream') rest.format = 'binary';
  else Object.assign(rest, { contentEncoding, contentMediaType });
  for (const limit of ['minimum', 'maximum']) {
    const exclusive = `exclusive${limit.charAt(0).toUpperCase()}${limit.slice(1)}`;
    if (rest[exclusive] === true) Object.assign(rest, { [exclusive]: rest[limit], [limit]: undefined });
  }
  if (rest.additionalProperties === true || isSame(rest.additionalProperties, {})) delete rest.additionalProperties;
  const isImplied = (key: string, value: unknown): boolean =>
    value === undefined || (value === 0 && /^min[LIP]/.test(key));
  return Object.fromEntries(Object.entries(rest).filter(([key, value]) => !isImplied(key, value)));
}

/** The first part that has a keyword decides. */
export function annotationsOf(parts: readonly Node[]): Json {
  const entries = parts.toReversed().flatMap(({ schema }) => Object.entries(schema));
  return Object.fromEntries(entries.filter(([key]) => isAnnotation(key)));
}

/** One alternative for each type. */
function byType(parts: readonly Node[], node: Node): Omit<Shape, 'annotations'> {
  const { types, nullable } = typesOf(parts.map(({ schema }) => schema));
  const merged = {
    node,
    nullable,
    members: membersOf(parts),
    required: new Set(parts.flatMap(({ schema }) => listOf(schema.required).map(String))),
    constraints: constraintsOf(parts.map(({ schema }) => schema)),
    sources: new Set(parts.map(({ place }) => keyOf(place))),
    annotations: {},
  };
  return { nullable: nullable && types.length === 0, alternatives: types.map((type) => ({ ...merged, type })) };
}

function typesOf(schemas: readonly Json[]): { types: string[]; nullable: boolean } {
  const stated = schemas.filter(({ type, enum: values }) => type !== undefined || values !== undefined).map(ownTypes);
  // Next to `allOf` or `oneOf`, `nullable` has no meaning by the letter of OpenAPI 3.0, but authors mean it.
  const isMarked = schemas.some(({ nullable }) => nullable === true);
  const nullable = isMarked || (stated.length > 0 && stated.every((types) => types.includes('null')));
  const [first, ...others] = stated;
  const isObjectOnly = schemas.some((schema) => aboutObjects.some((key) => key in schema));
  if (!first) return { types: [isObjectOnly ? 'object' : 'any'], nullable };
  return { types: [...new Set(others.reduce(commonTypes, first))].filter((type) => type !== 'null').sort(), nullable };
}

function ownTypes({ type, enum: values }: Json): string[] {
  const ofValue = (value: unknown): string =>
    value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
  return type === undefined ? listOf(values).map(ofValue) : [type].flat().map(String);
}

function commonTypes(types: string[], others: string[]): string[] {
  const isNumber = (type: string): boolean => type === 'number' || type === 'integer';
  const isInBoth = (type: string): boolean => others.includes(type) || (isNumber(type) && others.some(isNumber));
  return types.filter(isInBoth).map((type) => (type === 'number' && !others.includes(type) ? 'integer' : type));
}

function membersOf(parts: readonly Node[]): Map<string, Node> {
  const members = new Map<string, Node>();
  const add = (step: string, value: unknown, place: Place): void => {
    const [known, schema] = [members.get(step), schemaOf(value)];
    if (known) members.set(step, { schema: { allOf: [known.schema, schema] }, place: known.place });
    else members.set(step, { schema, place: field(place, step) });
  };
  for (const { schema, place } of parts) {
    for (const [name, value] of Object.entries(objectOf(schema.properties))) add(name, value, place);
    for (const [index, value] of listOf(schema.prefixItems).entries()) add(`[${index}]`, value, place);
    if (schema.items !== undefined) add('[]', schema.items, place);
    if (isObject(schema.additionalProperties)) add('*', schema.additionalProperties, place);
  }
  return members;
}

function constraintsOf(schemas: readonly Json[]): Json {
  const constraints: Json = {};
  for (const [key, value] of schemas.flatMap((schema) => Object.entries(schema))) {
    const isOther = structure.has(key) ? key !== 'additionalProperties' || value !== false : isAnnotation(key);
    if (!isOther) constraints[key] = key in constraints ? stricter(key, constraints[key], value) : value;
  }
  if (Array.isArray(constraints.enum)) constraints.enum = constraints.enum.filter((value) => value !== null);
  return constraints;
}

function stricter(key: string, one: unknown, other: unknown): unknown {
  if (key === 'enum') return listOf(one).filter((value) => listOf(other).includes(value));
  if (typeof one === 'number' && typeof other === 'number' && key !== 'multipleOf')
    return isLowerLimit(key) ? Math.max(one, other) : Math.min(one, other);
  return JSON.stringify(one) === JSON.stringify(other) ? one : [one, other];
}

export const isLowerLimit = (keyword: string): boolean => /^(min|exclusiveMin)/.test(keyword);
