import { describe, expect, it } from '@jest/globals';
import { wrapText } from '../../../src/tools/cli/wrap-text.ts';

describe('wrapped text', () => {
  it('is broken between words, at the width', () => {
    expect(wrapText('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapText('one two', 7)).toEqual(['one two']);
  });

  it('leaves a word whole that is longer than a line', () => {
    expect(wrapText('see https://example.com/reports now', 10)).toEqual(['see', 'https://example.com/reports', 'now']);
  });
});
