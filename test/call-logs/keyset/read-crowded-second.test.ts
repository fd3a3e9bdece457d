import { describe, expect, it } from '@jest/globals';

import type { CallLog } from '../../../src/call-logs/call-log.ts';
import type { PageSource } from '../../../src/call-logs/keyset/page-source.ts';
import type { GapPage } from '../../../src/call-logs/keyset/place-answer.ts';
import { readCrowdedSecond } from '../../../src/call-logs/keyset/read-crowded-second.ts';
import { InvalidParametersError, ServerError } from '../../../src/core/errors/index.ts';
import { callAt } from './call-at.ts';
import { windowOf } from './run-timeline.ts';

const pageSize = 10;
const ties = Array.from({ length: 45 }, (_, index) => callAt(0, `tie-${index}`));
const window = windowOf(0, 1);

interface Asked extends PageSource {
  readonly pages: readonly number[];
}

/** The pages of one second, and which of them were asked for. */
function sourceOf(answer: (page: number, request: number) => GapPage): Asked {
  const pages: number[] = [];
  return {
    pages,
    received: 0,
    async read(_window, page) {
      await Promise.resolve();
      pages.push(page);
      return answer(page, pages.length);
    },
  };
}

const slice = (calls: readonly CallLog[], page: number): CallLog[] =>
  calls.slice((page - 1) * pageSize, page * pageSize);

/** Ties in an order that changes from request to request. */
const shuffled = (request: number): CallLog[] => {
  const key = ({ id }: CallLog): number => ((Number(id.slice(4)) + 1) * (31 * request + 17)) % 103;
  return ties.toSorted((a, b) => key(a) - key(b));
};

const read = (source: PageSource, first: GapPage): Promise<GapPage> => readCrowdedSecond(source, window, first);
const first: GapPage = { calls: slice(ties, 1), total: 45 };

describe('a second that holds more than a page', () => {
  it('is read page by page, once, where ties keep their order', async () => {
    const source = sourceOf((page) => ({ calls: slice(ties, page), total: 45 }));
    const found = await read(source, first);
    expect(found.total).toBe(45);
    expect(found.calls).toEqual(ties);
    expect(source.pages).toEqual([1, 2, 3, 4, 5]);
  });

  it('is read over until every tie was seen, where they have no fixed order', async () => {
    const source = sourceOf((page, request) => ({ calls: slice(shuffled(request), page), total: 45 }));
    const { calls, total } = await read(source, first);
    expect(total).toBe(45);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
    expect(calls.length).toBe(45);
  });

  it('is given up after ten rounds, and as soon as two in a row bring nothing new', async () => {
    const stuck = sourceOf((page) => ({ calls: page <= 4 ? slice(ties, page) : [], total: 45 }));
    expect((await read(stuck, first)).calls).toHaveLength(40);
    expect(stuck.pages).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);

    const endless = sourceOf((page, request) => ({
      calls: page === 1 ? [callAt(0, `new-${request}`)] : [],
      total: 1000,
    }));
    expect((await read(endless, first)).calls).toHaveLength(20);
    expect(endless.pages).toHaveLength(20);
  });

  it('is given up soon where the server heeds no page number, whatever total it states', async () => {
    const deaf = sourceOf(() => ({ calls: slice(ties, 1), total: 20_000 }));
    expect((await read(deaf, first)).calls).toHaveLength(10);
    expect(deaf.pages).toEqual([1, 2, 1, 2]);
  });

  it('grows while it is read: the higher total counts', async () => {
    const grown = [...ties, callAt(0, 'late-1'), callAt(0, 'late-2')];
    const source = sourceOf((page, request) => ({
      calls: slice(request < 3 ? ties : grown, page),
      total: request < 3 ? 45 : 47,
    }));
    expect(await read(source, first)).toMatchObject({ total: 47, calls: { length: 47 } });
  });

  it('does not shrink: a total that falls is not believed, or the rest would be lost without a word', async () => {
    const source = sourceOf((page, request) => ({ calls: slice(ties, page), total: request === 3 ? 30 : 45 }));
    expect(await read(source, first)).toMatchObject({ total: 45, calls: { length: 45 } });
  });

  it('ends where pages are refused from some offset on, with what was found', async () => {
    const source = sourceOf((page) => {
      if (page > 2) throw new InvalidParametersError('too far', []);
      return { calls: slice(ties, page), total: 45 };
    });
    expect(await read(source, first)).toMatchObject({ total: 45, calls: { length: 20 } });
  });

  it.each([
    ['another error', 3, new ServerError('down')],
    ['a refusal of the first page', 1, new InvalidParametersError('never', [])],
  ])('fails with %s', async (_what, failing, error) => {
    const source = sourceOf((page) => {
      if (page === failing) throw error;
      return { calls: slice(ties, page), total: 45 };
    });
    await expect(read(source, first)).rejects.toBe(error);
  });

  it('of a server that states no totals ends at the first empty page', async () => {
    const source = sourceOf((page) => ({ calls: slice(ties, page), total: page <= 5 ? Infinity : 0 }));
    expect(await read(source, { ...first, total: Infinity })).toMatchObject({ total: 45, calls: { length: 45 } });
  });
});
