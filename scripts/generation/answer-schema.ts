import { callLogsPath, resolveReference, type OpenApiDocument, type SchemaObject } from './openapi-document.ts';

/** A schema reduced to what a response can be compared with. It is a bare type where the schema says nothing else. */
export type AnswerSchema =
  | string
  | {
      /** JSON types, including `integer`, separated by bars. */
      type: string;
      required?: string[];
      properties?: Record<string, AnswerSchema>;
      items?: AnswerSchema;
      pattern?: string;
      /** The listed values of a closed set (`enum`) or an open one (`x-extensible-enum`). */
      known?: unknown[];
    };

const anyType = 'string|number|boolean|object|array|null';

/** Returns the schema of a page of calls: references resolved, without descriptions, examples and formats. */
export function answerSchema(document: OpenApiDocument): AnswerSchema {
  const { schema } = document.paths[callLogsPath]?.get?.responses?.['200']?.content?.['application/json'] ?? {};
  if (!schema) throw new Error(`${callLogsPath} has no JSON response under 200`);
  return reduce(document, schema, []);
}

function reduce(document: OpenApiDocument, given: SchemaObject, above: readonly string[]): AnswerSchema {
  const { $ref } = given;
  if ($ref !== undefined) {
    // A schema that contains itself is compared once.
    return above.includes($ref) ? 'object' : reduce(document, resolveReference(document, $ref), [...above, $ref]);
  }
  const deeper = (schema: SchemaObject): AnswerSchema => reduce(document, schema, above);
  const alternatives = given.oneOf ?? given.anyOf;
  if (alternatives) return withNull(unique(alternatives.map((one) => typeOf(deeper(one)))), given);
  if (given.allOf) return deeper(merged(document, given));

  const { properties, items, required, pattern, enum: values, 'x-extensible-enum': open } = given;
  const known = open ?? values;
  const type = withNull(given.type ?? (properties ? 'object' : anyType), given);
  const inner = {
    ...(required && { required }),
    ...(pattern !== undefined && { pattern }),
    ...(known && { known: known.filter((value) => value !== null) }),
    ...(properties && { properties: mapValues(properties, deeper) }),
    ...(items && { items: deeper(items) }),
  };
  return Object.keys(inner).length === 0 ? type : { type, ...inner };
}

/** Merges the parts of an `allOf` with the properties beside it. */
function merged(document: OpenApiDocument, { allOf = [], ...beside }: SchemaObject): SchemaObject {
  const parts = allOf
    .map((part) => (part.$ref === undefined ? part : resolveReference(document, part.$ref)))
    .map((part) => (part.allOf ? merged(document, part) : part));
  return [...parts, beside].reduce<SchemaObject>(joined, {});
}

function joined(one: SchemaObject, other: SchemaObject): SchemaObject {
  const properties = { ...one.properties, ...other.properties };
  const required = [...(one.required ?? []), ...(other.required ?? [])];
  return { ...one, ...other, properties, required };
}

function withNull(types: string, { nullable = false }: SchemaObject): string {
  return nullable ? unique([types, 'null']) : types;
}

function unique(types: readonly string[]): string {
  return [...new Set(types.flatMap((type) => type.split('|')))].join('|');
}

function typeOf(schema: AnswerSchema): string {
  return typeof schema === 'string' ? schema : schema.type;
}

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
