import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { CallLog, CallLogList, ListOptions, ReportsError } from '../../src/index.ts';
import { createFakeApi, exampleCalls, january, type FakeApi, type SeenRequest } from '../client/fake-api.ts';
import { createTestClient, type TestClient } from '../client/test-client.ts';
import { countedSignal, type CountedSignal } from '../core/http/listener-count.ts';
import { settle } from '../support/fake-clock.ts';

const calls = exampleCalls(1200);
const ids = (rows: readonly CallLog[]): string[] => rows.map(({ id }) => id);

/** An API that counts the requests it has not answered and that were not aborted. */
interface WatchedApi extends FakeApi {
  readonly underWay: () => number;
}

function watch(onRequest: (request: SeenRequest) => void = () => undefined, rows = calls): WatchedApi {
  let underWay = 0;
  const api = createFakeApi({
    calls: rows,
    instead: async (request) => {
      onRequest(request);
      await settle(1);
      return undefined as never;
    },
  });
  const fetch: FakeApi['fetch'] = async (url, init) => {
    underWay += 1;
    try {
      return await api.fetch(url, init);
    } finally {
      underWay -= 1;
    }
  };
  return { ...api, fetch, underWay: () => underWay };
}

interface Stage {
  readonly test: TestClient;
  readonly api: WatchedApi;
  readonly caller: CountedSignal;
  readonly list: CallLogList;
}

function setStage(api: WatchedApi, options: Partial<ListOptions> = {}, concurrency = 4): Stage {
  const caller = countedSignal();
  const test = createTestClient(api, { concurrency });
  const list = test.client.callLogs.list({
    ...january,
    pageSize: 20,
    signal: caller.signal,
    deadlineMs: 500_000,
    ...options,
  });
  return { test, api, caller, list };
}

/** Checks that nothing is in flight, no timer is set and no listener is left, and that no request follows. */
async function expectSilence({ test, api, caller }: Stage): Promise<void> {
  expect([api.underWay(), test.clock.pending, caller.listeners()]).toEqual([0, 0, 0]);
  const asked = api.requests.length;
  await settle();
  expect([api.requests.length, api.underWay(), test.clock.pending]).toEqual([asked, 0, 0]);
}

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => {
  process.on('unhandledRejection', note);
});
afterAll(() => {
  process.off('unhandledRejection', note);
});
afterEach(async () => {
  await settle();
  expect(unhandled.splice(0)).toEqual([]);
});

const points = [1, 2, 3, 5, 8, 13, 19, 20, 21, 34, 55, 89, 144, 233, 600, 1199, 1200];

describe('a loop that is left', () => {
  it.each(points)('at call %i leaves nothing behind', async (point) => {
    const stage = setStage(watch());
    let seen = 0;
    for await (const _call of stage.list) {
      seen += 1;
      if (seen === point) break;
    }
    await expectSilence(stage);
    expect(seen).toBe(point);
  });

  it.each([1, 2, 3, 7, 20, 60])('at page %i leaves nothing behind', async (point) => {
    const stage = setStage(watch(), {}, 1 + (point % 8));
    let seen = 0;
    for await (const _page of stage.list.pages()) {
      seen += 1;
      if (seen === point) break;
    }
    await expectSilence(stage);
  });

  it.each(points)(
    "by an error of the caller's own at call %i passes that on, and leaves nothing behind",
    async (point) => {
      const stage = setStage(watch(), {}, 8);
      let seen = 0;
      const loop = async (): Promise<void> => {
        for await (const _call of stage.list) {
          seen += 1;
          if (seen === point) throw new RangeError('mine');
        }
      };
      await expect(loop()).rejects.toThrow(new RangeError('mine'));
      await expectSilence(stage);
    },
  );

  it('twice, before and after its first call, ends for good', async () => {
    const early = setStage(watch());
    const unread = early.list[Symbol.asyncIterator]();
    expect(await unread.return?.()).toMatchObject({ done: true });
    expect(await unread.next()).toMatchObject({ done: true });
    expect(early.api.requests).toHaveLength(0);
    await expectSilence(early);

    const late = setStage(watch());
    const read = late.list[Symbol.asyncIterator]();
    await read.next();
    await Promise.all([read.return?.(), read.return?.()]);
    expect(await read.next()).toMatchObject({ done: true });
    await expectSilence(late);
  });
});

async function collect(list: AsyncIterable<CallLog>): Promise<{ found: string[]; error: ReportsError | undefined }> {
  const found: string[] = [];
  try {
    for await (const { id } of list) found.push(id);
    return { found, error: undefined };
  } catch (error) {
    return { found, error: error as ReportsError };
  }
}

describe('an abort', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 20, 30, 40, 50, 60])(
    'at request %i ends the reading with what was handed out, a resume value, and nothing left behind',
    async (number) => {
      const api = watch((request) => {
        if (request.number === number) stage.caller.abort(new Error('enough'));
      });
      const stage = setStage(api);
      const { found, error } = await collect(stage.list);
      expect(error).toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
      await expectSilence(stage);

      const again = setStage(watch(), { resume: error?.resume });
      const rest = await collect(again.list);
      expect([...found, ...rest.found]).toEqual(ids(calls));
    },
  );

  it.each(points.slice(0, -2))('between requests, at call %i, ends the reading where it stands', async (point) => {
    const stage = setStage(watch());
    const found: string[] = [];
    const loop = async (): Promise<void> => {
      for await (const { id } of stage.list) {
        found.push(id);
        if (found.length !== point) continue;
        await settle(40);
        stage.caller.abort('enough');
      }
    };
    const error = await loop().then(
      () => undefined,
      (reason: unknown) => reason as ReportsError,
    );
    await expectSilence(stage);
    // If everything was read by then, there is nothing to abort.
    if (error) expect(error).toMatchObject({ code: 'aborted', cause: 'enough' });
    const rest = error ? await collect(setStage(watch(), { resume: error.resume }).list) : { found: [] };
    expect([...found, ...rest.found]).toEqual(ids(calls));
  });

  it('before the reading begins makes no request', async () => {
    const stage = setStage(watch());
    stage.caller.abort('early');
    await expect(stage.list.toArray()).rejects.toMatchObject({ code: 'aborted', cause: 'early' });
    expect(stage.api.requests).toHaveLength(0);
    await expectSilence(stage);
  });

  it('after the reading has ended changes nothing', async () => {
    const stage = setStage(watch());
    expect(await stage.list.toArray()).toHaveLength(1200);
    stage.caller.abort('late');
    await expectSilence(stage);
  });

  it.each(['next', 'toArray', 'await'] as const)('while waiting for %s wakes it up', async (how) => {
    const api = watch();
    const hanging: FakeApi = { ...api, fetch: (_url, init) => untilAborted(init.signal) };
    const stage = setStage({ ...hanging, underWay: () => 0 });
    const waits = {
      next: () => stage.list[Symbol.asyncIterator]().next(),
      toArray: () => stage.list.toArray(),
      await: async () => stage.list,
    };
    const outcome = expect(waits[how]()).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    await settle();
    stage.caller.abort('enough');
    await outcome;
    await expectSilence(stage);
  });
});

function untilAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

describe('a caller who wants only some', () => {
  it('by awaiting the list pays for one page and its proof, and leaves nothing behind', async () => {
    const stage = setStage(watch());
    const first = await stage.list;
    expect(ids(first.calls)).toEqual(ids(calls).slice(0, first.calls.length));
    expect(stage.api.requests.length).toBeLessThanOrEqual(3);
    await expectSilence(stage);
  });

  it.each([1, 20, 21, 100])('by toArray({ limit: %i }) leaves nothing behind', async (limit) => {
    const stage = setStage(watch());
    expect(await stage.list.toArray({ limit })).toHaveLength(limit);
    await expectSilence(stage);
    // The number of pages read ahead depends on the readers, not on the range.
    expect(stage.api.requests.length).toBeLessThanOrEqual(3 + Math.ceil(limit / 19) + (limit > 20 ? 4 * 3 : 0));
  });
});

describe('an abort between two calls of a page', () => {
  it('is honoured at once, and `resume` leads to the calls that were not handed out', async () => {
    const abort = new AbortController();
    const test = createTestClient({ calls });
    const found: CallLog[] = [];
    const read = async (): Promise<void> => {
      for await (const call of test.client.callLogs.list({ ...january, pageSize: 20, signal: abort.signal })) {
        found.push(call);
        if (found.length === 5) abort.abort();
      }
    };
    const error = await read().catch((reason: unknown) => reason as ReportsError);
    expect(error).toMatchObject({ code: 'aborted' });
    expect(ids(found)).toEqual(ids(calls).slice(0, 5));
    // Nothing that was handed out before is read again.
    expect(error?.resume?.windows[0]?.from).toBe(`${calls[5]?.start.replace(' ', 'T')}.000Z`);
    const rest = await test.client.callLogs.list({ ...january, pageSize: 20, resume: error?.resume }).toArray();
    expect(ids([...found, ...rest])).toEqual(ids(calls));
  });
});

describe('a caller who takes his time', () => {
  it.each([
    ['asc', 1],
    ['asc', 4],
    ['desc', 2],
  ] as const)(
    'in order %s at concurrency %i has no more read ahead than the longest lane for each reader',
    async (order, concurrency) => {
      const stage = setStage(watch(undefined, exampleCalls(5000)), { order, pageSize: 10 }, concurrency);
      const iterator = stage.list[Symbol.asyncIterator]();
      await iterator.next();
      let asked = 0;
      while (stage.api.requests.length > asked) {
        asked = stage.api.requests.length;
        await settle(20);
      }
      // The looks at both ends of the range come on top.
      expect(asked).toBeLessThanOrEqual(concurrency * 24 + 4);
      await iterator.return?.();
      await expectSilence(stage);
    },
  );
});
