import { execFileSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shellWords } from '../../../src/tools/cli/shell-words.ts';

it('words that need no quotes stay as they were typed', () => {
  expect(shellWords(['vbc-reports', '--out', 'a/b-1.csv', '+17325550100', '--tz', 'America/New_York'])).toBe(
    'vbc-reports --out a/b-1.csv +17325550100 --tz America/New_York',
  );
});

it('a shell reads the very words back', () => {
  const word = fc.string().filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      const read = execFileSync('sh', ['-c', `printf '%s\\0' ${shellWords(words)}`], { encoding: 'utf8' });
      expect(read.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 30 },
  );
});
