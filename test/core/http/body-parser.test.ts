import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { BodyParser } from '../../../src/core/http/body-parser.ts';

/** Parts as small as they come, so that a short body is cut often. */
const inSmallParts = { smallestPart: 1 };

function parse(pieces: readonly string[]): unknown {
  const parser = new BodyParser(inSmallParts);
  for (const piece of pieces) parser.push(piece);
  return parser.end();
}

function parseWhole(text: string): unknown {
  try {
    return /^\s*[[{]/.test(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  let rest = text;
  for (const length of lengths) {
    pieces.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return [...pieces, rest];
}

const awkwardText = fc.oneof(
  fc.string(),
  fc.constantFrom('},{', '"_embedded":{"call_logs":[', '\\', '"', ']}}', 'null', 'Zoë 📞'),
);
const field = fc.oneof(
  awkwardText,
  fc.constant(null),
  fc.integer(),
  fc.constant([{ id: 1 }, { id: 2 }]),
  fc.constant({ _embedded: { call_logs: [{ id: 1 }, { id: 2 }] } }),
);
const call = fc.record({ id: awkwardText, start: awkwardText, note: field }, { requiredKeys: ['id'] });
const page = fc.record(
  {
    before: field,
    page: fc.nat(),
    total_items: fc.nat(),
    _embedded: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record(
          { call_logs: fc.array(call, { maxLength: 12 }), other: field },
          { requiredKeys: ['call_logs'] },
        ),
      },
      field,
    ),
    after: field,
  },
  { requiredKeys: [] },
);
const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });

describe('parsing a body while it arrives', () => {
  it('gives what parsing the whole text gives, whatever the page holds and however it is cut', () => {
    fc.assert(
      fc.property(page, lengths, (value, lengths) => {
        const text = JSON.stringify(value);
        expect(parse(cut(text, lengths))).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives what parsing the whole text gives where the text is broken', () => {
    fc.assert(
      fc.property(
        page,
        lengths,
        fc.nat(),
        fc.constantFrom('', '"', '{', '}', ']', ',', '},{'),
        (value, lengths, at, put) => {
          const text = JSON.stringify(value);
          const place = at % text.length;
          const broken = text.slice(0, place) + put + text.slice(place + 1);
          expect(parse(cut(broken, lengths))).toEqual(parseWhole(broken));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives undefined where the body was cut short', () => {
    const text = '{"total_items":3,"_embedded":{"call_logs":[{"id":"1"},{"id":"2"},{"id":"3"}]}}';
    for (let length = 1; length < text.length; length += 1) {
      expect(parse(cut(text.slice(0, length), [50, 5, 5, 5]))).toBeUndefined();
    }
  });

  it('parses the calls in parts, and not a second time at the end', () => {
    const parsed: string[] = [];
    const parser = new BodyParser({
      ...inSmallParts,
      parse: (text): unknown => {
        parsed.push(text);
        return JSON.parse(text);
      },
    });
    parser.push('{"total_items":3,"_embedded":{"call_logs":[{"id":"1"},{"id');
    parser.push('":"2"},{"id":"3"}]},"page":1}');
    expect(parser.end()).toEqual({
      total_items: 3,
      _embedded: { call_logs: [{ id: '1' }, { id: '2' }, { id: '3' }] },
      page: 1,
    });
    expect(parsed).toEqual([
      '[{"id":"1"}]',
      '[{"id":"2"}]',
      '{"total_items":3,"_embedded":{"call_logs":[null,{"id":"3"}]},"page":1}',
    ]);
  });

  it('takes a list of the same names elsewhere for no list of calls', () => {
    const body = { other: { _embedded: { call_logs: [{ id: 1 }, { id: 2 }] } }, _embedded: { call_logs: [{ id: 3 }] } };
    const text = JSON.stringify(body);
    expect(parse(cut(text, [50, 5, 5, 5]))).toEqual(body);
  });

  it('hands back the text as it came', () => {
    const parser = new BodyParser();
    for (const piece of ['<html>', 'Bad ', 'Gateway']) parser.push(piece);
    expect([parser.text, parser.end()]).toEqual(['<html>Bad Gateway', undefined]);
  });
});
