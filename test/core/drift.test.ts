import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ResponseSchema, compareResponse } from '../../src/core/drift.ts';
import type { DriftEvent } from '../../src/core/events.ts';
import { exampleCall } from '../tools/export/example-call.ts';

const row = '_embedded.call_logs[]';

function differences(answer: unknown, options: { schema?: ResponseSchema; itemsAtMost?: number } = {}): DriftEvent[] {
  const found: DriftEvent[] = [];
  compareResponse(answer, { ...options, report: (difference) => found.push(difference) });
  return found;
}

/** A page with one call as documented, but for these fields; one that is undefined is left out. */
function pageWith(fields: Record<string, unknown>, page: Record<string, unknown> = {}): unknown {
  const answer = { page: 1, page_size: 10, total_items: 1, _embedded: { call_logs: [{ ...exampleCall, ...fields }] } };
  return JSON.parse(JSON.stringify({ ...answer, ...page })) as unknown;
}

describe('an answer', () => {
  it('as the document has it differs in nothing, whichever way pages are counted', () => {
    expect(differences(pageWith({}))).toEqual([]);
    expect(differences(pageWith({}, { total_page: 1, total_pages: 1, _links: { self: { href: '/' } } }))).toEqual([]);
    expect(differences({ total_items: 0 })).toEqual([]);
  });

  it.each<[string, unknown, DriftEvent]>([
    [
      'an undeclared field',
      pageWith({ queue_wait: 1.5 }),
      { kind: 'undeclared', field: `${row}.queue_wait`, found: 'number' },
    ],
    [
      'an undeclared field of the page',
      pageWith({}, { next_cursor: 'x' }),
      { kind: 'undeclared', field: 'next_cursor', found: 'string' },
    ],
    ['a required field left out', pageWith({ result: undefined }), { kind: 'missing', field: `${row}.result` }],
    ['a page without its total', pageWith({}, { total_items: undefined }), { kind: 'missing', field: 'total_items' }],
    [
      'a number that became a text',
      pageWith({ length: '61' }),
      { kind: 'type', field: `${row}.length`, expected: 'integer', found: 'string' },
    ],
    [
      'an integer that became a fraction',
      pageWith({ length: 61.5 }),
      { kind: 'type', field: `${row}.length`, expected: 'integer', found: 'number' },
    ],
    [
      'a text that became a list',
      pageWith({ to: ['1'] }),
      { kind: 'type', field: `${row}.to`, expected: 'string', found: 'array' },
    ],
    [
      'null where the document has none',
      pageWith({ from: null }),
      { kind: 'null', field: `${row}.from`, expected: 'string', found: 'null' },
    ],
    [
      'a list that became an object',
      pageWith({}, { _embedded: { call_logs: {} } }),
      { kind: 'type', field: '_embedded.call_logs', expected: 'array', found: 'object' },
    ],
    [
      'a time in another format',
      pageWith({ start: '2026-01-31T23:59:59Z' }),
      { kind: 'format', field: `${row}.start`, expected: 'string', found: 'string' },
    ],
    [
      'an unknown word in an open set',
      pageWith({ direction: 'Sideways' }),
      { kind: 'value', field: `${row}.direction`, expected: 'string', found: 'Sideways' },
    ],
    [
      'an unknown value that may be a name or a number',
      pageWith({ result: '+1 732 555 0100' }),
      { kind: 'value', field: `${row}.result`, expected: 'string', found: 'string' },
    ],
    [
      'a field named like a member of every object',
      pageWith({ constructor: 1 }),
      { kind: 'undeclared', field: `${row}.constructor`, found: 'integer' },
    ],
    [
      'a name that may be data',
      pageWith({ '17325550100': {} }),
      { kind: 'undeclared', field: `${row}.(unprintable name)`, found: 'object' },
    ],
    ['no object', [], { kind: 'type', field: '', expected: 'object', found: 'array' }],
  ])('is reported with %s, by name and types alone', (_what, answer, difference) => {
    expect(differences(answer)).toEqual([difference]);
  });

  it('may hold an integer or null where the document says so', () => {
    expect(differences(pageWith({ rate: 1, charge: 0.25, custom_tag: null, source_extension: null }))).toEqual([]);
    expect(differences(pageWith({ source_extension: '1000', destination_extension: null }))).toEqual([]);
  });

  it('is compared at evenly spread items where a list is long', () => {
    const calls = Array.from({ length: 1000 }, (_, index) => ({ ...exampleCall, [`field_${index}`]: 0 }));
    const found = differences({ total_items: 1000, _embedded: { call_logs: calls } }, { itemsAtMost: 4 });
    const fields = [0, 250, 500, 750].map((index) => `${row}.field_${index}`);
    expect(found.map(({ field }) => field)).toEqual(fields);
  });

  it('never breaks the comparison, and none of its texts comes out of it but an unknown word', () => {
    const words = (value: string): boolean => /^[a-z]{1,20}$/i.test(value);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(exampleCall)), fc.jsonValue()), (fields) => {
        for (const { kind, found = '' } of differences(pageWith(fields))) {
          if (kind === 'value') expect(words(found)).toBe(true);
          else expect(['', 'string', 'number', 'integer', 'boolean', 'object', 'array', 'null']).toContain(found);
        }
      }),
    );
    fc.assert(fc.property(fc.jsonValue(), (answer) => differences(answer).length >= 0));
  });
});

describe('a schema', () => {
  it('may allow null in addition to anything, and may contain empty schemas', () => {
    const schema = {
      type: 'object',
      properties: { list: { type: 'array|null', items: 'string' }, any: 'string|number|boolean|object|array|null' },
    };
    expect(differences({ list: null, any: [] }, { schema })).toEqual([]);
    expect(differences({ list: [1], any: 1 }, { schema })).toEqual([
      { kind: 'type', field: 'list[]', expected: 'string', found: 'integer' },
    ]);
  });
});
