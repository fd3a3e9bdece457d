import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  printable,
  printableJson,
  printableLines,
  shellWords,
  wrapText,
} from '../../../../src/tools/cli/terminal/text.ts';

describe('untrusted text on a terminal', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', String.raw`\u001b[31mred\u001b[0m`],
    ['\u009b31mred', String.raw`\u009b31mred`],
    ['title\u0007', String.raw`title\u0007`],
    ['exe\u202etxt.csv', String.raw`exe\u202etxt.csv`],
    ['two\r\nlines', 'two lines'],
    ['Zoë 😀 שלום', 'Zoë 😀 שלום'],
  ])('%j is shown as %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it.each([
    ['a,\u001b[2J\r\nb\tc\n', 'a,\\u001b[2J\r\nb\tc\n'],
    ['name\rforged\n', 'name\\u000dforged\n'],
    ['\u0090\u009d', '\\u0090\\u009d'],
  ])('%j keeps its line ends and tabs as rows: %j', (rows, expected) => {
    expect(printableLines(rows)).toBe(expected);
  });

  it('is the same value in JSON, with every control character and direction mark escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = printableJson({ text });
        expect(line).not.toMatch(/[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u);
        expect(JSON.parse(line)).toEqual({ text });
      }),
    );
    expect(printableJson('\u009b31m\r')).toBe(String.raw`"\u009b31m\r"`);
  });
});

describe('wrapped text', () => {
  it('is broken between words, at the width', () => {
    expect(wrapText('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapText('one two', 7)).toEqual(['one two']);
  });

  it('leaves a word whole that is longer than a line', () => {
    expect(wrapText('see https://example.com/reports now', 10)).toEqual(['see', 'https://example.com/reports', 'now']);
  });
});

describe('words for a shell', () => {
  it('stay as they were typed if they need no quotes', () => {
    expect(shellWords(['vbc-reports', '--out', 'a/b-1.csv', '+17325550100', '--tz', 'America/New_York'])).toBe(
      'vbc-reports --out a/b-1.csv +17325550100 --tz America/New_York',
    );
  });

  it('are read back by a shell as the same words', () => {
    const word = fc.string().filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const read = execFileSync('sh', ['-c', `printf '%s\\0' ${shellWords(words)}`], { encoding: 'utf8' });
        expect(read.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 30 },
    );
  });
});
