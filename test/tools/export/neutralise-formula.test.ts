import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { neutraliseFormula } from '../../../src/tools/export/neutralise-formula.ts';

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
    ['\t=1+1', "\t'=1+1"],
    ['\r=1+1', "\r'=1+1"],
    ['\u200b=1+1', "\u200b'=1+1"],
    ['\ufeff=1+1', "\ufeff'=1+1"],
    ['＝1+1', "'＝1+1"],
    ['Smith;=1+1', "Smith;'=1+1"],
    ['Smith\n=1+1', "Smith\n'=1+1"],
    ['=1;=2', "'=1;'=2"],
  ])('%j becomes %j', (given, expected) => {
    expect(neutraliseFormula(given)).toBe(expected);
  });

  it.each(['', '+17325550100', '-5', '-0.25', '1000', 'Smith', 'Smith-Jones', 'a=b', '2026-03-01 00:00:00', "'=1+1"])(
    '%j stays untouched',
    (text) => {
      expect(neutraliseFormula(text)).toBe(text);
    },
  );

  const hostile = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', '＝', ';', '\t', '\n', '\r', ' ', '1', 'é', "'"),
  });

  it('never begins a cell with a sign unless it is a plain number, in whatever separator cells are cut', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = neutraliseFormula(text);
        if (/^[+-]\d+$/.test(safe)) return;
        for (const cell of safe.split(/[;\t\r\n]/)) expect(cell.trim()).not.toMatch(/^[=+\-@＝]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps every character, and changes nothing the second time', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = neutraliseFormula(text);
        expect(safe.replaceAll("'", '')).toBe(text.replaceAll("'", ''));
        expect(neutraliseFormula(safe)).toBe(safe);
      }),
    );
  });
});
