import { describe, expect, it } from '@jest/globals';
import { answerSchema } from '../../scripts/generation/answer-schema.ts';
import { callLogsPath, type OpenApiDocument, type SchemaObject } from '../../scripts/generation/openapi-document.ts';

/** A document whose response has this schema. */
function documentWith(schema: SchemaObject, schemas: Record<string, SchemaObject> = {}): OpenApiDocument {
  const responses = { '200': { content: { 'application/json': { schema } } } };
  return { info: { version: '1' }, paths: { [callLogsPath]: { get: { responses } } }, components: { schemas } };
}

const ref = (name: string): SchemaObject => ({ $ref: `#/components/schemas/${name}` });

describe('the schema that responses are compared with', () => {
  it.each<[string, SchemaObject, unknown]>([
    ['a plain type', { type: 'string' }, 'string'],
    ['one that may be null', { type: 'string', nullable: true }, 'string|null'],
    ['alternatives', { oneOf: [{ type: 'string', nullable: true }, { type: 'number' }] }, 'string|null|number'],
    ['no type at all', {}, 'string|number|boolean|object|array|null'],
    ['a closed set', { type: 'string', enum: ['a', null] }, { type: 'string', known: ['a'] }],
    ['an open set', { type: 'string', 'x-extensible-enum': ['a'] }, { type: 'string', known: ['a'] }],
    ['a list of references', { type: 'array', items: ref('Leaf') }, { type: 'array', items: 'integer' }],
    ['properties without a type', { properties: { a: ref('Leaf') } }, { type: 'object', properties: { a: 'integer' } }],
    ['one that holds itself', ref('Tree'), { type: 'object', properties: { tree: 'object' } }],
    [
      'parts that make a whole',
      { allOf: [ref('Part'), { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] }] },
      { type: 'object', required: ['a', 'b'], properties: { a: 'integer', b: 'string' } },
    ],
  ])('has %s', (_what, schema, expected) => {
    const schemas = {
      Leaf: { type: 'integer' },
      Tree: { type: 'object', properties: { tree: ref('Tree') } },
      Part: { type: 'object', properties: { a: ref('Leaf') }, required: ['a'] },
    };
    expect(answerSchema(documentWith(schema, schemas))).toEqual(expected);
  });

  it('is refused for a document without that response, or with a reference to nothing', () => {
    const document = documentWith(ref('Nothing'));
    expect(() => answerSchema(document)).toThrow('#/components/schemas/Nothing');
    expect(() => answerSchema({ ...document, paths: {} })).toThrow('no JSON response');
  });
});
