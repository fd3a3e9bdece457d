import { describe, expect, it } from '@jest/globals';
import { type DriftEvent, type EventHandlers } from '../../src/index.ts';
import { startSandbox } from '../../src/sandbox.ts';
import { createTestClient, type TestClient } from '../client/test-client.ts';
import { exampleCalls, january, type Page } from '../client/fake-api.ts';
import { createReportsClient } from '../../src/client.ts';
import { createDriftWatch } from '../../src/core/drift.ts';

interface Watched extends TestClient {
  readonly drift: DriftEvent[];
}

/** A client that listens for drift; its API's calls have what `changed` makes of them. */
function watchedClient(changed: (call: object) => object, on: EventHandlers = {}): Watched {
  const drift: DriftEvent[] = [];
  const page = (answer: Page): Page => {
    const { call_logs: calls } = answer._embedded as { call_logs: object[] };
    return { ...answer, _embedded: { call_logs: calls.map(changed) } };
  };
  const handlers = { drift: (event: DriftEvent) => void drift.push(event), ...on };
  const test = createTestClient({ calls: exampleCalls(50), changed: page }, { on: handlers, pageSize: 10 });
  return { ...test, drift };
}

const inField = (field: string): object => expect.objectContaining({ field: `_embedded.call_logs[].${field}` });

describe('the drift event', () => {
  it('is raised once for each difference and client, however many calls, pages and lists show it', async () => {
    const { client, drift } = watchedClient((call) => ({ ...call, rate: '0', queue: 'sales' }));
    for (let list = 0; list < 3; list += 1) expect(await client.callLogs.list(january).toArray()).toHaveLength(50);
    expect(drift).toEqual([
      { kind: 'type', field: '_embedded.call_logs[].rate', expected: 'number', found: 'string' },
      { kind: 'undeclared', field: '_embedded.call_logs[].queue', found: 'string' },
    ]);
    const other = watchedClient((call) => ({ ...call, queue: 'sales' }));
    await other.client.callLogs.list(january);
    expect(other.drift).toEqual([inField('queue')]);
  });

  it('reports differences that a later list shows', async () => {
    let field = 'queue';
    const { client, drift } = watchedClient((call) => ({ ...call, [field]: 1 }));
    await client.callLogs.list(january);
    field = 'skill';
    await client.callLogs.list(january);
    expect(drift).toEqual([inField('queue'), inField('skill')]);
  });

  it('stays silent where the answers are as documented', async () => {
    const { client, drift } = watchedClient((call) => call);
    await client.callLogs.list(january).toArray();
    expect(drift).toEqual([]);
  });

  it('never breaks the run: a callback that throws, and a server with hundreds of new fields', async () => {
    const hundreds = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`field_${index}`, index]));
    const { client } = watchedClient((call) => ({ ...call, ...hundreds }), {
      drift: () => {
        throw new Error('mistake of the caller');
      },
    });
    expect(await client.callLogs.list(january).toArray()).toHaveLength(50);
    const { client: counted, drift } = watchedClient((call) => ({ ...call, ...hundreds }));
    await counted.callLogs.list(january).toArray();
    expect(drift).toHaveLength(100);
  });

  it('looks at ten calls of a page and no more, so that it costs next to nothing', () => {
    let looked = 0;
    const call = new Proxy(exampleCalls(1)[0] ?? {}, {
      ownKeys(target) {
        looked += 1;
        return Reflect.ownKeys(target);
      },
    });
    const watch = createDriftWatch(() => undefined);
    watch({ total_items: 1000, _embedded: { call_logs: Array.from({ length: 1000 }, () => call) } });
    expect(looked).toBe(10);
  });

  it('holds no value of a call, against the sandbox with everything at once', async () => {
    await using sandbox = await startSandbox({ profile: 'hostile', now: '2025-03-20' });
    const { accountId, credentials: auth, baseUrl, tokenUrl } = sandbox;
    const drift: DriftEvent[] = [];
    const on: EventHandlers = { drift: (event) => void drift.push(event) };
    const client = createReportsClient({ accountId, auth, baseUrl, tokenUrl, on });
    const calls = await client.callLogs.list({ from: '2025-03-01', to: '2025-03-08' }).toArray();
    expect(calls.length).toBeGreaterThan(100);
    const said = new Set(drift.map(({ kind, field }) => `${kind} ${field}`));
    expect([...said].filter((words) => words !== 'value _embedded.call_logs[].result')).toEqual([]);
  });
});
