import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvCell, excelDuration, excelText } from '../../../src/tools/export/csv-cell.ts';

/** The cell without the quotes of CSV. */
function shown(value: unknown, neutraliseFormulas = true): string {
  const cell = csvCell(value, neutraliseFormulas);
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}

describe('a control character in a cell', () => {
  const replaced = Array.from({ length: 0xa0 }, (_, code) => code).filter(
    (code) => (code < 0x20 || code >= 0x7f) && ![0x09, 0x0a, 0x0d].includes(code),
  );

  it.each(replaced.map((code) => [`U+${code.toString(16).toUpperCase().padStart(4, '0')}`, code]))(
    'becomes U+FFFD: %s',
    (_name, code) => {
      expect(shown(`a${String.fromCharCode(Number(code))}b`)).toBe('a\ufffdb');
    },
  );

  it.each([
    ['a tab', 'a\tb', 'a b'],
    ['a line feed', 'a\nb', 'a\nb'],
    ['a carriage return', 'a\rb', 'a\nb'],
    ['a carriage return before a line feed', 'a\r\nb', 'a\nb'],
    ['a line feed before a carriage return', 'a\n\rb', 'a\n\nb'],
  ])('that has a meaning becomes what a spreadsheet shows: %s', (_what, given, expected) => {
    expect(shown(given)).toBe(expected);
  });

  it('does not reach a file, whatever the value', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.object());
    fc.assert(
      fc.property(value, fc.boolean(), (given, neutralise) => {
        expect(csvCell(given, neutralise)).not.toMatch(/(?!\n)\p{Cc}/u);
      }),
    );
  });
});

describe('a cell that a spreadsheet would run', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1+1', "'+1+1"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['=HYPERLINK("http://example.com")', '\'=HYPERLINK("http://example.com")'],
    ['+1-732-555-0100', "'+1-732-555-0100"],
    ['--5', "'--5"],
    ['-', "'-"],
    ['  =1+1', "  '=1+1"],
    ['\t=1+1', " '=1+1"],
    ['\r=1+1', "\n'=1+1"],
    ['\u200b=1+1', "\u200b'=1+1"],
    ['\ufeff=1+1', "\ufeff'=1+1"],
    ['＝1+1', "'＝1+1"],
    ['Smith;=1+1', "Smith;'=1+1"],
    ['Smith; =1+1', "Smith; '=1+1"],
    ['Smith;"=1+1"', 'Smith;"\'=1+1"'],
    ['Smith;""=1+1', 'Smith;""\'=1+1'],
    ['"=1+1"', '"\'=1+1"'],
    ['Smith\n=1+1', "Smith\n'=1+1"],
    ['=1;=2', "'=1;'=2"],
  ])('%j becomes %j', (given, expected) => {
    expect(shown(given)).toBe(expected);
  });

  it.each(['', '+17325550100', '-5', '-0.25', '1000', 'Smith', 'Smith-Jones', 'a=b', '2026-03-01 00:00:00', "'=1+1"])(
    'is not %j, which stays as it is',
    (text) => {
      expect(shown(text)).toBe(text);
    },
  );

  const hostile = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', '＝', ';', '\t', '\n', '\r', ' ', '1', 'é', "'", '"', '\0'),
  });

  it.each([';', '\t', ','])('does not begin with a sign where cells are cut at %j', (separator) => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const line = `id,${csvCell(one, true)},${csvCell(other, true)}`;
        const pieces = separator === ',' ? [shown(one), shown(other)] : line.split(separator === ';' ? /[;\n]/ : '\n');
        for (const piece of pieces) {
          // A spreadsheet takes the quotes off that a cell begins with, and drops spaces.
          const cell = piece.replace(/^[\s"]+/, '').trim();
          expect(/^[=+\-@＝](?!\d+(\.\d+)?($|[,"]))/.test(cell)).toBe(false);
        }
      }),
    );
  });

  it('is left alone if formulas are kept', () => {
    expect(shown('=1+1', false)).toBe('=1+1');
  });
});

describe('quotes', () => {
  it.each(['a,b', 'a;b', 'a"b', 'a\nb', ' a', 'a '])('are around %j', (text) => {
    expect(csvCell(text, true)).toBe(`"${text.replaceAll('"', '""')}"`);
  });

  it.each(['a b', "O'Brien", 'José', '+17325550100', 'x@y.z'])('are not around %j', (text) => {
    expect(csvCell(text, true)).toBe(text);
  });
});

describe('a cell for Excel', () => {
  it.each([
    '0123',
    '1001',
    '+17325550100',
    '17325550100',
    '1-2',
    '1/2',
    '12:30',
    '1E5',
    '+1-732-555-0100',
    '1,5',
    '007 ',
  ])('keeps %j text', (text) => {
    expect(excelText(text)).toBe(`"=""${text}"""`);
  });

  it.each(['Smith', '', '=1+1', 'A1', '-', '1001 Smith', '2fef5c8f-ec08', 12, null, undefined])(
    'needs nothing of the kind for %j',
    (value) => {
      expect(excelText(value)).toBeUndefined();
    },
  );

  it.each([
    [0, '0:00:00'],
    [59, '0:00:59'],
    [3725, '1:02:05'],
    [90_000, '25:00:00'],
    [-1, '-1'],
    [1.5, '1.5'],
    ['soon', 'soon'],
    [null, ''],
  ])('shows a length of %j as %s', (seconds, expected) => {
    expect(excelDuration(seconds)).toBe(expected);
  });
});
