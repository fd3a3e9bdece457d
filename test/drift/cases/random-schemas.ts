/** Random documents, and random edits of them. */
import fc from 'fast-check';

import { documentWith, locations } from './settings.ts';

type Json = Record<string, unknown>;

const names = ['a', 'b', 'c'];
const references = ['One', 'Two'].map((name): Json => ({ $ref: `#/components/schemas/${name}` }));

const { schema: anySchema } = fc.letrec<{ schema: Json; leaf: Json; object: Json }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<Json>({ type: 'string' }, { type: 'number' }, { type: 'integer' }, { type: 'boolean' }, {}),
    fc.constantFrom(...references),
    fc
      .uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 })
      .map((values): Json => ({ type: 'string', enum: values })),
  ),
  object: fc
    .tuple(fc.dictionary(fc.constantFrom(...names), tie('schema'), { minKeys: 1 }), fc.subarray(names))
    .map(([properties, required]): Json => {
      const own = required.filter((name) => name in properties);
      return { type: 'object', properties, ...(own.length > 0 && { required: own }) };
    }),
  schema: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'schema' },
    tie('leaf'),
    tie('object'),
    // The generator of types takes a list of lists for a list.
    fc.oneof(tie('leaf'), tie('object')).map((items): Json => ({ type: 'array', items })),
    tie('schema').map((values): Json => ({ type: 'object', additionalProperties: values })),
    fc.tuple(tie('leaf'), tie('object')).map((oneOf): Json => ({ oneOf })),
    // Two parts that contradict each other allow nothing, so they have no field in common.
    fc
      .tuple(tie('object'), tie('leaf'))
      .map(([one, d]): Json => ({ allOf: [one, { type: 'object', properties: { d } }] })),
    tie('leaf').map((schema): Json => ('type' in schema ? { ...schema, nullable: true } : schema)),
  ),
}));

const flat = fc.constantFrom<Json>(
  { type: 'object', properties: { a: { type: 'string' } } },
  { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] },
  { type: 'object', properties: { b: { type: 'number', nullable: true } } },
  { type: 'string', enum: ['x', 'y'] },
  { type: 'string' },
);

/** A document of one operation, with two components that its schema may use. */
export const randomDocument: fc.Arbitrary<Json> = fc
  .tuple(anySchema, fc.constantFrom(...locations), flat, flat)
  .map(([schema, location, One, Two]) => ({
    ...documentWith(schema, { version: '3.0.3', location, layout: 'in place' }),
    components: { schemas: { One, Two } },
  }));

/** The document, and the document with one of its schemas or components replaced by another, or with another flag. */
export const randomPair: fc.Arbitrary<readonly [Json, Json]> = fc
  .record({
    base: randomDocument,
    replacement: anySchema,
    component: flat,
    place: fc.nat(),
    kind: fc.constantFrom('replace', 'drop', 'nullable', 'require', 'wrap', 'component'),
  })
  .map(({ base, replacement, component, place, kind }) => {
    const head = structuredClone(base);
    const schemas = schemasIn(head.paths);
    const target = schemas[place % schemas.length];
    if (kind === 'component')
      Object.assign(head.components as Json, { schemas: { ...componentsOf(base), One: component } });
    else if (target) edit(target, kind, replacement);
    return [base, head] as const;
  });

const componentsOf = (document: Json): Json => (document.components as { schemas: Json }).schemas;

function edit(target: Json, kind: string, replacement: Json): void {
  const properties = target.properties as Json | undefined;
  if (kind === 'nullable' && 'type' in target) target.nullable = target.nullable !== true;
  else if (kind === 'require' && properties) target.required = Object.keys(properties).slice(0, 1);
  else if (kind === 'drop' && properties && Object.keys(properties).length > 1) {
    const [first = ''] = Object.keys(properties);
    Reflect.deleteProperty(properties, first);
    target.required = (target.required as string[] | undefined)?.filter((name) => name !== first);
  } else if (kind === 'wrap') replaceBy(target, { allOf: [structuredClone(target)] });
  else if (kind === 'replace') replaceBy(target, structuredClone(replacement));
}

function replaceBy(target: Json, replacement: Json): void {
  for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
  Object.assign(target, replacement);
}

/** Every schema of a document that is written in place. */
function schemasIn(value: unknown, isSchema = false): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => schemasIn(item, isSchema));
  const object = value as Json;
  const own = isSchema ? [object] : [];
  const inner = Object.entries(object).flatMap(([key, child]) => {
    if (['schema', 'items', 'additionalProperties', 'oneOf', 'allOf'].includes(key)) return schemasIn(child, true);
    if (key === 'properties') return Object.values(child as Json).flatMap((each) => schemasIn(each, true));
    return schemasIn(child);
  });
  return [...own, ...inner];
}
