import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { BodyParser, type ParsedBody } from '../../../src/core/http/body-parser.ts';
import { draws } from '../../support/draws.ts';

/** Parts as small as they come, so that a short body is cut often. */
const inSmallParts = { smallestPart: 1 };

function parse(chunks: readonly Uint8Array[]): unknown {
  return parseBytes(chunks, inSmallParts).json;
}

function parseBytes(chunks: readonly Uint8Array[], options?: ConstructorParameters<typeof BodyParser>[0]): ParsedBody {
  const parser = new BodyParser(options);
  for (const chunk of chunks) parser.push(chunk);
  return parser.end();
}

function parseWhole(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The bytes of a text in chunks, the last of which holds what is left; characters may be cut. */
function cut(text: string, lengths: readonly number[]): Uint8Array[] {
  return cutBytes(bytes(text), lengths);
}

function cutBytes(whole: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) {
    chunks.push(whole.subarray(at, at + length));
    at += length;
  }
  return [...chunks, whole.subarray(at)];
}

/** Distinguishes what `toEqual` does not: the order of keys, an own `__proto__`, and -0. */
function exactly(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(exactly).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${exactly(member)}`)
    .join()}}`;
}

const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });

/** JSON as text, so that keys may repeat, and white space and escapes may be anywhere. */
const space = fc.constantFrom('', '', '', ' ', '\n  ', '\t', '\r\n', ' '.repeat(90));
const key = fc.constantFrom(
  '_embedded',
  'call_logs',
  '__proto__',
  'id',
  '\\u005fembedded',
  'call_log\\u0073',
  'a b',
  '',
);
const scalar = fc.constantFrom(
  ...['null', '0', '-0', '1e3', 'true', '"x"', '"},{"', '"\\\\"', '"\\""', '"[null,"', '"\\u0000"', '"é📞"'],
  ...['"\\"_embedded\\":{\\"call_logs\\":["', '":{"', '""'],
);
const hostile = fc.letrec<{ value: string; object: string; array: string; page: string }>((tie) => {
  const member = fc
    .tuple(space, key, space, space, tie('value'), space)
    .map(([a, name, b, c, value, d]) => `${a}"${name}"${b}:${c}${value}${d}`);
  const listed = (separator: string) => (items: string[]) => items.join(separator);
  const calls = fc
    .tuple(space, space)
    .chain(([a, b]) =>
      fc
        .array(fc.oneof({ weight: 5, arbitrary: tie('object') }, tie('value')), { maxLength: 8 })
        .map((items) => `[${items.map((item) => `${a}${item}${b}`).join(',')}]`),
    );
  return {
    value: fc.oneof({ maxDepth: 3 }, { weight: 3, arbitrary: scalar }, tie('object'), tie('array'), tie('page')),
    object: fc.array(member, { maxLength: 4 }).map((members) => `{${listed(',')(members)}}`),
    array: fc.array(tie('value'), { maxLength: 5 }).map((items) => `[${listed(',')(items)}]`),
    page: fc
      .tuple(fc.array(member, { maxLength: 2 }), space, calls, fc.array(member, { maxLength: 2 }), fc.boolean(), calls)
      .map(([before, at, list, after, twice, other]) => {
        const embedded = `"_embedded"${at}:${at}{${at}"call_logs"${at}:${at}${list}${at}}`;
        const repeated = twice ? [`"_embedded":{"call_logs":${other}}`] : [];
        return `{${[...before, embedded, ...after, ...repeated].join(',')}}`;
      }),
  };
}).page;

describe('parsing a body while it arrives', () => {
  it('gives exactly what JSON.parse gives, whatever the document holds and however it is cut', () => {
    fc.assert(
      fc.property(hostile, lengths, (text, lengths) => {
        expect(exactly(parse(cut(text, lengths)))).toBe(exactly(JSON.parse(text)));
      }),
      { numRuns: draws(150, 2_000) },
    );
  });

  it('gives what JSON.parse gives if the text is broken: nothing', () => {
    const put = fc.constantFrom('', '"', '{', '}', ']', ',', '},{', '\\');
    fc.assert(
      fc.property(hostile, lengths, fc.nat(), put, (text, lengths, at, put) => {
        const place = at % text.length;
        // Half a surrogate pair cannot be sent: it is encoded as U+FFFD.
        const broken = new TextDecoder().decode(bytes(text.slice(0, place) + put + text.slice(place + 1)));
        expect(exactly(parse(cut(broken, lengths)))).toBe(exactly(parseWhole(broken)));
      }),
      { numRuns: draws(75, 1_000) },
    );
  });

  it('gives what JSON.parse gives of the decoded text where bytes are not UTF-8', () => {
    const isUtf8 = (whole: Uint8Array): boolean => bytes(new TextDecoder().decode(whole)).join() === whole.join();
    const strange = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0xc3, 0xe9, 0x9f, 0xf0, 0xff)), { maxLength: 3 });
    fc.assert(
      fc.property(hostile, lengths, strange, (text, lengths, strange) => {
        const whole = bytes(text);
        for (const [at, byte] of strange) whole[at % whole.length] = byte;
        const { json, text: decoded, anomalies } = parseBytes(cutBytes(whole, lengths), inSmallParts);
        expect(decoded).toBe(new TextDecoder().decode(whole));
        expect(exactly(json)).toBe(exactly(parseWhole(decoded)));
        expect(anomalies.some(({ kind }) => kind === 'invalid-utf8')).toBe(!isUtf8(whole));
      }),
      { numRuns: draws(150, 2_000) },
    );
  });

  it('finds the list after bytes that are not UTF-8, wherever the body is cut', () => {
    const text = '{"a":"?","_embedded":{"call_logs":[{"id":"1"},{"id":"2"},{"id":"3"}]}}';
    const whole = bytes(text);
    whole[text.indexOf('?')] = 0xe9;
    for (let first = 1; first < text.length; first += 1) {
      expect(parse(cutBytes(whole, [first, 12]))).toEqual(JSON.parse(text.replace('?', '\uFFFD')));
    }
  });

  it('gives what JSON.parse gives after a byte order mark', () => {
    const text = '{"_embedded":{"call_logs":[{"id":"1"},{"id":"2"},{"id":"3"}]}}';
    expect(parse(cut(`\uFEFF${text}`, [50, 12]))).toEqual(JSON.parse(text));
  });

  it.each([
    [
      'an earlier list of the same name',
      '{"a":{"_embedded":{"call_logs":[{"x":1},{"x":2}]}},"_embedded":{"call_logs":[null,{"x":3}]}}',
    ],
    [
      'a later list that replaces it',
      '{"_embedded":{"call_logs":[{"x":1},{"x":2},{"x":3}]},"_embedded":{"call_logs":[null,{"x":4}]}}',
    ],
    [
      'a later list under an escaped name',
      '{"_embedded":{"call_logs":[{"x":1},{"x":2},{"x":3}],"call_log\\u0073":[null,{"x":4}]}}',
    ],
    ['a list in a list', '{"_embedded":{"call_logs":[{"_embedded":{"call_logs":[{"x":1},{"x":2}]}},{"x":3}]}}'],
  ])('is not misled by %s', (_what, text) => {
    for (let first = 1; first < text.length; first += 1) {
      expect(parse(cut(text, [first, 7, 7, 7, 7, 7]))).toEqual(JSON.parse(text));
    }
  });

  it('gives undefined if the body was cut short', () => {
    const text = '{"total_items":3,"_embedded":{"call_logs":[{"id":"1"},{"id":"2"},{"id":"3"}]}}';
    for (let length = 1; length < text.length; length += 1) {
      expect(parse(cut(text.slice(0, length), [50, 5, 5, 5]))).toBeUndefined();
    }
  });

  it('takes any nesting that JSON.parse takes', () => {
    const depth = 100_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const text = `{"_embedded":{"call_logs":[{"x":1},{"x":${nested}},{"x":2}]}}`;
    const page = parse(cut(text, [40, 20, 20])) as { _embedded: { call_logs: { x: unknown }[] } };
    expect(page._embedded.call_logs.map(({ x }) => typeof x)).toEqual(['number', 'object', 'number']);
  });

  it('returns the text as it came', () => {
    const { text, json, anomalies } = parseBytes(['<html>', 'Bad ', 'Gateway'].map(bytes));
    expect({ text, json, anomalies }).toEqual({ text: '<html>Bad Gateway', json: undefined, anomalies: [] });
  });
});

describe('the work of parsing', () => {
  /** The texts given to the parser, whose lengths are the work. */
  function parsedTexts(chunks: readonly Uint8Array[], smallestPart: number): string[] {
    const parsed: string[] = [];
    const parse = (text: string): unknown => {
      parsed.push(text);
      return JSON.parse(text);
    };
    parseBytes(chunks, { smallestPart, parse });
    return parsed;
  }

  it('is done in parts, and only the last call is parsed twice', () => {
    const pieces = ['{"total_items":3,"_embedded":{"call_logs":[{"id":"1"},{"id', '":"2"},{"id":"3"}]},"page":1}'];
    expect(parsedTexts(pieces.map(bytes), 1)).toEqual([
      '[{"id":"1"}]',
      '[{"id":"2"}]',
      '{"total_items":3,"_embedded":{"call_logs":[null,{"id":"3"}]},"page":1}',
      '{"total_items":3,"_embedded":{"call_logs":[0,{"id":"3"}]},"page":1}',
    ]);
  });

  it.each([undefined, 1, 2, '\t'])('is done in parts for a page written with the indentation %j', (indentation) => {
    const calls = Array.from({ length: 1000 }, (_, id) => ({ id: String(id), from: '17325550100', to: '1001' }));
    const text = JSON.stringify({ total_items: 1000, _embedded: { call_logs: calls } }, undefined, indentation);
    const parsed = parsedTexts(
      cut(
        text,
        Array.from({ length: 100 }, () => 1000),
      ),
      4096,
    );
    expect(Math.max(...parsed.map((part) => part.length))).toBeLessThan(8192);
    expect(parsed.reduce((sum, part) => sum + part.length, 0)).toBeLessThan(1.1 * text.length);
  });
});

describe('what did not arrive as it was sent', () => {
  const page = (call: string): string => `{"total_items":1,"_embedded":{"call_logs":[{"id":"1"},${call}]}}`;

  it('is nothing for UTF-8, however it is cut, U+FFFD included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 9 }), (name, size) => {
        const whole = bytes(JSON.stringify({ name: `${name}\uFFFDé📞` }));
        const chunks = [];
        for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
        const { json, anomalies } = parseBytes(chunks);
        expect(json).toEqual(JSON.parse(new TextDecoder().decode(whole)));
        expect(anomalies).toEqual([]);
      }),
    );
  });

  it.each([1, 2, 3, 1000])('is a field with bytes that are not UTF-8, in chunks of %i', (size) => {
    const whole = Uint8Array.of(...bytes('{"id":"\uFFFD","source_user":"Zo'), 0xeb, ...bytes('"}'));
    const chunks = [];
    for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
    const { json, anomalies } = parseBytes(chunks);
    expect(json).toEqual({ id: '\uFFFD', source_user: 'Zo\uFFFD' });
    expect(anomalies.map(({ kind }) => kind)).toEqual(['invalid-utf8']);
  });

  it('names the field with bytes that are not UTF-8', () => {
    const { anomalies } = parseBytes([bytes('{"source_user":"Zo'), Uint8Array.of(0xeb), bytes('"}')]);
    expect(anomalies).toEqual([{ kind: 'invalid-utf8', field: 'source_user' }]);
  });

  it('is a body that ends within a character', () => {
    expect(parseBytes([bytes('{"name":"Zo'), Uint8Array.of(0xc3)]).anomalies).toMatchObject([{ kind: 'invalid-utf8' }]);
  });

  it('is an integer that a number cannot hold: it comes out as a string of its digits', () => {
    const { json, anomalies } = parseBytes([
      bytes(page('{"id":12345678901234567890,"length":7,"from":-9007199254740993}')),
    ]);
    expect(json).toEqual(JSON.parse(page('{"id":"12345678901234567890","length":7,"from":"-9007199254740993"}')));
    expect(anomalies).toEqual([
      { kind: 'inexact-number', field: 'id' },
      { kind: 'inexact-number', field: 'from' },
    ]);
  });

  it.each([
    '{"id":9007199254740991}',
    '{"id":1234567890123456}',
    '{"length":123456789012345,"rate":123456789012345}',
    '{"id":0.12345678901234567890}',
    '{"id":1e-1234567890123456789}',
    '{"id":"12345678901234567890"}',
    '{"id":"\\"a\\":12345678901234567890,"}',
    '{"id":":12345678901234567890,"}',
    '{"12345678901234567890":1}',
  ])('is nothing in %s', (call) => {
    const { json, anomalies } = parseBytes([bytes(page(call))]);
    expect(json).toEqual(JSON.parse(page(call)));
    expect(anomalies).toEqual([]);
  });

  it('names no field whose name may be data', () => {
    expect(parseBytes([bytes('{"+1 732 555":12345678901234567890}')]).anomalies).toEqual([{ kind: 'inexact-number' }]);
  });
});
