import { describe, expect, it } from '@jest/globals';

import {
  createReportsClient,
  type ClientOptions,
  type PageEvent,
  type RequestEvent,
  type RetryEvent,
} from '../../src/index.ts';
import { startSandbox, type FaultName, type Sandbox, type SandboxOptions } from '../../src/sandbox.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const month = { from: '2026-01-01', to: '2026-02-01' };
const now = '2026-03-01T00:00:00Z';
const pageSize = 50;

interface Log {
  readonly requests: RequestEvent[];
  readonly retries: RetryEvent[];
  readonly pages: PageEvent[];
}

const timeoutMs = 10_000;

/** A sandbox, and a clock on which waits pass at once, and a timeout when nothing but stalled requests is under way. */
async function startStage(options: SandboxOptions) {
  const clock = createFakeClock({ startMs: Date.parse(now), autoAdvanceUpToMs: timeoutMs / 2 });
  let [underWay, stalled] = [0, 0];
  const look = (): void => {
    if (stalled > 0 && stalled === underWay) void clock.advance(timeoutMs);
  };
  const sandbox = await startSandbox({
    ...{ ...month, now },
    ...options,
    onRequest: ({ fault }) => {
      if (fault !== 'stall' && fault !== 'stalled-body') return;
      stalled += 1;
      look();
    },
  });
  const fetch: ClientOptions['fetch'] = (url, init) => {
    if (url.includes('/call-logs')) underWay += 1;
    return globalThis.fetch(url, init);
  };
  const ended = ({ failure }: RequestEvent): void => {
    underWay -= 1;
    if (failure === 'timeout') stalled -= 1;
    look();
  };
  return { sandbox, clock, fetch, ended, [Symbol.asyncDispose]: () => sandbox.stop() };
}

type Stage = Awaited<ReturnType<typeof startStage>>;

function clientOf({ sandbox, clock, fetch, ended }: Stage, options: Partial<ClientOptions> = {}) {
  const log: Log = { requests: [], retries: [], pages: [] };
  const client = createReportsClient({
    accountId: sandbox.accountId,
    auth: sandbox.credentials,
    baseUrl: sandbox.baseUrl,
    tokenUrl: sandbox.tokenUrl,
    pageSize,
    timeoutMs,
    ...{ clock, fetch },
    random: () => 0.01,
    on: {
      request: (event) => {
        log.requests.push(event);
        ended(event);
      },
      retry: (event) => log.retries.push(event),
      page: (event) => log.pages.push(event),
    },
    ...options,
  });
  return { client, log };
}

/** The ids of the calls that are there, sorted: calls of one second have no order of their own (fact 16). */
function truth(sandbox: Sandbox): string[] {
  const range = { from: new Date(`${month.from}T00:00:00Z`), to: new Date(`${month.to}T00:00:00Z`) };
  return sandbox
    .calls(range)
    .map(({ id }) => id)
    .sort();
}

async function idsOf({ client }: ReturnType<typeof clientOf>): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of client.callLogs.list(month)) found.push(id);
  return found.sort();
}

/** Fault and what the failed attempts are called in the events. */
const faults: [FaultName, RetryEvent['reason']][] = [
  ['throttled-bare', 'rate-limited'],
  ['throttled-under-200', 'rate-limited'],
  ['fault-under-200', 'server'],
  ['server-error', 'server'],
  ['backend-down', 'server'],
  ['unavailable-html', 'server'],
  ['bad-gateway-html', 'server'],
  ['gateway-timeout-html', 'server'],
  ['reset', 'network'],
  ['cut-body', 'network'],
  ['malformed-body', 'malformed-response'],
  ['stall', 'timeout'],
  ['stalled-body', 'timeout'],
];

describe('where each request for calls fails once, the result is complete and the attempts say so', () => {
  it.each(faults)('%s, told as %s', async (fault, reason) => {
    await using stage = await startStage({ seed: 7, calls: 200 });
    const { sandbox } = stage;
    const calm = clientOf(stage);
    const expected = truth(sandbox);
    expect(await idsOf(calm)).toEqual(expected);
    const requests = calm.log.requests.length;
    expect(requests).toBeGreaterThan(3);

    for (let inTurn = 0; inTurn < requests; inTurn += 1) {
      sandbox.faults.add({ fault, after: inTurn });
      const shaken = clientOf(stage);
      expect(await idsOf(shaken)).toEqual(expected);
      expect(shaken.log.retries.map((event) => event.reason)).toEqual([reason]);
      expect(shaken.log.requests.filter(({ failure }) => failure === reason)).toHaveLength(1);
      sandbox.faults.clear();
    }

    for (let number = 0; number < requests; number += 1) sandbox.faults.add({ fault, after: number });
    const shattered = clientOf(stage);
    expect(await idsOf(shattered)).toEqual(expected);
    expect(shattered.log.retries.length).toBeGreaterThan(1);
    expect(new Set(shattered.log.retries.map((event) => event.reason))).toEqual(new Set([reason]));
  });

  it.each<[FaultName]>([['throttled'], ['throttled-flat']])('%s, after the wait that it names', async (fault) => {
    await using stage = await startStage({ seed: 7, calls: 100, faults: [{ fault }] });
    const shaken = clientOf(stage);
    expect(await idsOf(shaken)).toEqual(truth(stage.sandbox));
    const [retry] = shaken.log.retries;
    expect(retry?.reason).toBe('rate-limited');
    // About a second: the sandbox names a whole one, which may come sooner by what of it has passed.
    expect(retry?.delayMs).toBeGreaterThan(500);
    expect(retry?.delayMs).toBeLessThan(2100);
    expect(stage.clock.now() - Date.parse(now)).toBeGreaterThan(500);
  });
});

describe('a fault that does not pass', () => {
  it.each<[FaultName, string]>([
    ['server-error', 'server'],
    ['reset', 'network'],
    ['stall', 'timeout'],
    ['cut-body', 'network'],
    ['malformed-body', 'malformed-response'],
  ])('%s ends in the error %s after retry.maxAttempts', async (fault, code) => {
    await using stage = await startStage({ calls: 100, faults: [{ fault, times: Infinity }] });
    const { client } = clientOf(stage, { retry: { maxAttempts: 3 } });
    await expect(client.callLogs.list(month)).rejects.toMatchObject({
      code,
      attempts: 3,
      retryRefusal: 'attempts-exhausted',
    });
  });

  it('a stalled body is cut off by an abort at once', async () => {
    await using stage = await startStage({ calls: 100, faults: [{ fault: 'stalled-body' }] });
    let onStall = (): void => undefined;
    const stalled = new Promise<void>((resolve) => {
      onStall = resolve;
    });
    const fetch: ClientOptions['fetch'] = async (url, init) => {
      const response = await globalThis.fetch(url, init);
      if (url.includes('/call-logs')) onStall();
      return response;
    };
    const { client } = clientOf(stage, { fetch, on: {} });
    const controller = new AbortController();
    const asked = client.callLogs.list({ ...month, signal: controller.signal }).toArray();
    const outcome = expect(asked).rejects.toMatchObject({ code: 'aborted' });
    await stalled;
    controller.abort();
    await outcome;
    expect(stage.clock.now()).toBe(Date.parse(now));
  });
});

describe('a token that Reports refuses after three uses (fact 9)', () => {
  it.each([1, 2, 4, 8])('lets the list complete at concurrency %i', async (concurrency) => {
    await using stage = await startStage({ seed: 3, calls: 600, switches: { reportsTokenUses: 3 } });
    const test = clientOf(stage, { concurrency });
    expect(await idsOf(test)).toEqual(truth(stage.sandbox));
    expect(test.log.retries).toEqual([]);
  });

  it('lets four lists of one client complete side by side', async () => {
    await using stage = await startStage({ seed: 3, calls: 300, switches: { reportsTokenUses: 3 } });
    const test = clientOf(stage);
    const found = await Promise.all([1, 2, 3, 4].map(() => idsOf(test)));
    expect(found).toEqual([1, 2, 3, 4].map(() => truth(stage.sandbox)));
  });
});
