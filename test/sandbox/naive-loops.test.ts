import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import type { LoopName } from '../../bench/naive/loops.ts';
import { runLoop } from '../../bench/naive/run-loop.ts';
import type { LoopResult } from '../../bench/naive/run-loop.ts';
import { naiveTable } from '../../bench/naive/table.ts';

const complete = { lost: 0, repeated: 0 };
const allButOnePageOfTen: LoopResult = { lost: 2_000, repeated: 0 };

describe('of 12,000 calls, each loop ending without an error,', () => {
  it.each([
    ['while page < total_page', complete],
    ['until a short page', complete],
    ['until total_pages or an empty page', complete],
    ['one page of 10,000', allButOnePageOfTen],
  ] as const)('on a calm day, "%s" gives %j', async (loop, expected) => {
    expect(await runLoop(loop, 'a calm day')).toEqual(expected);
  });

  it('with the page count renamed, the loop that counts pages keeps page 1 only (fact 14)', async () => {
    const result = await runLoop('while page < total_page', 'the page count is called `total_pages`');
    expect(result).toEqual({ lost: 11_900, repeated: 0 });
  });

  it('with page sizes lowered to 500, the loop that stops on a short page stops at once (fact 13)', async () => {
    expect(await runLoop('until a short page', 'page sizes are lowered to 500')).toEqual({ lost: 11_500, repeated: 0 });
  });

  it.each(['until a short page', 'until total_pages or an empty page'] as const)(
    'with a throttle fault under 200 on page 10, "%s" takes it for the end (fact 29)',
    async (loop) => {
      expect(await runLoop(loop, 'page 10 is a throttle fault under 200')).toEqual({ lost: 3_000, repeated: 0 });
    },
  );

  it('with ties in no fixed order, rows are lost and as many repeated (fact 16)', async () => {
    expect(await runLoop('until a short page', 'ties have no fixed order')).toEqual({ lost: 1, repeated: 1 });
  });

  it('with calls logged while paging, rows are repeated (fact 17)', async () => {
    expect(await runLoop('until a short page', 'calls are logged while paging')).toMatchObject({
      lost: 0,
      repeated: expect.any(Number),
    });
  });

  it.each([
    ['a token is refused after three uses', '401'],
    ['one body is cut short', 'broken connection'],
  ] as const)('and with an error: %s stops every paging loop (facts 9 and 31)', async (scenario, error) => {
    const loops: LoopName[] = ['while page < total_page', 'until a short page', 'until total_pages or an empty page'];
    for (const loop of loops) expect(await runLoop(loop, scenario)).toEqual({ error });
  });
});

describe('the table in docs/sandbox.md', () => {
  let table: string;
  beforeAll(async () => {
    table = await naiveTable();
  }, 120_000);

  it('is what the loops come to', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/sandbox.md'), 'utf8');
    expect(withoutPadding(docs)).toContain(withoutPadding(table));
  });
});

/** Tables without the spaces and dashes that a formatter adds to align them. */
function withoutPadding(markdown: string): string {
  return markdown
    .replace(/ +\|/g, ' |')
    .replace(/\| +/g, '| ')
    .replace(/-{3,}:?/g, '---');
}
