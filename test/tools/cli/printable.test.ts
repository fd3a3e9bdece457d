import { describe, expect, it } from '@jest/globals';
import { printable, printableLines } from '../../../src/tools/cli/printable.ts';

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

  it('keeps the lines of rows', () => {
    expect(printableLines('a,\u001b[2J\r\nb\tc\n')).toBe('a,\\u001b[2J\r\nb\tc\n');
  });
});
