import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { type NaiveResults, naiveTable, runAll } from '../../bench/naive/table.ts';

const complete = { lost: 0, repeated: 0 };
const pagingLoops = ['while page < total_page', 'until a short page', 'until total_pages or an empty page'] as const;

let results: NaiveResults;
beforeAll(async () => {
  results = await runAll();
}, 180_000);

describe('12,000 calls read without an error', () => {
  it.each(pagingLoops)('the loop "%s" finds every call on a calm day', (loop) => {
    expect(results['a calm day'][loop]).toEqual(complete);
  });

  it('one page of 10,000 loses 2,000 calls on a calm day', () => {
    expect(results['a calm day']['one page of 10,000']).toEqual({ lost: 2_000, repeated: 0 });
  });

  it('the loop that relies on the page count keeps only page 1 when the count is renamed (fact 14)', () => {
    const renamed = results['the page count is called `total_pages`'];
    expect(renamed['while page < total_page']).toEqual({ lost: 11_900, repeated: 0 });
  });

  it('the loop that stops at a short page stops at once when page sizes are lowered to 500 (fact 13)', () => {
    const lowered = results['page sizes are lowered to 500'];
    expect(lowered['until a short page']).toEqual({ lost: 11_500, repeated: 0 });
    expect(lowered['until total_pages or an empty page']).toEqual(complete);
  });

  it('a throttle fault under 200 is mistaken for the end of the range (fact 29)', () => {
    const throttled = results['page 10 is a throttle fault under 200'];
    expect(throttled['while page < total_page']).toEqual({ lost: 11_100, repeated: 0 });
    expect(throttled['until a short page']).toEqual({ lost: 3_000, repeated: 0 });
    expect(throttled['until total_pages or an empty page']).toEqual({ lost: 3_000, repeated: 0 });
  });

  it('as many calls are lost as repeated when ties have no fixed order: 3 in 120 pages, 1 in 12 (fact 16)', () => {
    const unstable = results['ties have no fixed order'];
    expect(pagingLoops.map((loop) => unstable[loop])).toEqual([
      { lost: 3, repeated: 3 },
      { lost: 1, repeated: 1 },
      { lost: 1, repeated: 1 },
    ]);
  });

  it('calls are repeated when others are logged while a loop pages (fact 17)', () => {
    const living = results['calls are logged while paging'];
    expect(pagingLoops.map((loop) => living[loop])).toEqual([
      { lost: 0, repeated: 2 },
      { lost: 0, repeated: 7 },
      { lost: 0, repeated: 7 },
    ]);
  });
});

describe('an error in the middle', () => {
  it.each(pagingLoops)(
    'the loop "%s" stops at a token refused after three uses and at a cut body (facts 9 and 31)',
    (loop) => {
      expect(results['a token is refused after three uses'][loop]).toEqual({ error: '401' });
      expect(results['one body is cut short'][loop]).toEqual({ error: 'broken connection' });
    },
  );
});

describe('the table in docs/sandbox.md', () => {
  it('the table holds the results of the loops', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/sandbox.md'), 'utf8');
    expect(withoutPadding(docs)).toContain(withoutPadding(naiveTable(results)));
  });
});

/** Removes the spaces and dashes that a formatter adds to align a table. */
function withoutPadding(markdown: string): string {
  return markdown
    .replace(/ +\|/g, ' |')
    .replace(/\| +/g, '| ')
    .replace(/-{3,}:?/g, '---');
}
