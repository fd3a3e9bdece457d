import { connect, createServer, type Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startSandbox, type FaultName, type Sandbox, type SandboxOptions } from '../../src/sandbox.ts';
import { startPrism, type Prism } from '../support/prism.ts';
import { joinSockets, listen } from '../tools/cli/connect-proxy.ts';

import { describeCallLogs } from './describe-call-logs.ts';
import {
  callLogsUrl,
  createReader,
  fetchText,
  march,
  passwordForm,
  post,
  type Reader,
  type Received,
} from './set-up.ts';

/** Prism on the way to one sandbox after another: each start takes a second. */
class Front {
  readonly #sockets = new Set<Socket>();
  readonly #relay = createServer((client) => {
    joinSockets(client, connect(this.#port, '127.0.0.1'), this.#sockets);
  });
  #port = 0;
  #prism: Prism | undefined;

  async start(): Promise<void> {
    const upstream = `http://127.0.0.1:${await listen(this.#relay)}/t/vbc.prod/reports`;
    this.#prism = await startPrism({ mode: 'proxy', upstream });
  }

  /** Leads to this sandbox from now on. Returns Prism's base URL. */
  leadTo(sandbox: Sandbox): string {
    this.#port = Number(new URL(sandbox.baseUrl).port);
    for (const socket of this.#sockets) socket.destroy();
    return this.#prism?.url ?? '';
  }

  async stop(): Promise<void> {
    await this.#prism?.stop();
    for (const socket of this.#sockets) socket.destroy();
    this.#relay.close();
  }
}

const front = new Front();
beforeAll(() => front.start());
afterAll(() => front.stop());

describeCallLogs('the sandbox', (sandbox) => sandbox.baseUrl);
describeCallLogs('the sandbox behind Prism, which validates every request and response', (sandbox) =>
  front.leadTo(sandbox),
);

/** Starts a sandbox with Prism in front of it, and a reader that goes through Prism. */
async function startChecked(options: SandboxOptions): Promise<Checked> {
  const sandbox = await startSandbox({ calls: 100, ...options });
  const prismUrl = front.leadTo(sandbox);
  return { sandbox, prismUrl, reader: await createReader(sandbox, prismUrl), stop: () => sandbox.stop() };
}

interface Checked {
  readonly sandbox: Sandbox;
  readonly prismUrl: string;
  readonly reader: Reader;
  stop(): Promise<void>;
}

describe('Prism in front of the sandbox', () => {
  let checked: Checked;
  beforeAll(async () => {
    checked = await startChecked({});
  });
  afterAll(() => checked.stop());

  const withFault = (fault: FaultName): Promise<Received> => {
    checked.sandbox.faults.add({ fault });
    return checked.reader.fetch();
  };

  it('Prism reports a body that breaks the contract, so that its silence is a proof', async () => {
    const { status, text } = await withFault('fault-under-200');
    expect(status).toBe(500);
    expect(text).toMatch(/VIOLATIONS.*total_items/s);
  });

  it('Prism itself refuses what the document forbids, where the sandbox sends 400 and 401', async () => {
    const query = { ...march, 'start:gte': '2026-03-01T00:00:00Z', page: '0', direction: 'Extension' };
    const direct = await (await createReader(checked.sandbox)).fetch(query);
    const behind = await checked.reader.fetch(query);
    const bare = await fetchText(callLogsUrl(checked.prismUrl, checked.sandbox.accountId));
    expect([direct.status, behind.status, bare.status]).toEqual([400, 422, 401]);
    expect(JSON.parse(direct.text)).toMatchObject({
      invalid_parameters: [{ name: 'start:gte' }, { name: 'page' }, { name: 'direction' }],
    });
  });

  it('Prism knows neither the token endpoint nor the path with /v1, as the document has neither (facts 1 and 2)', async () => {
    const token = await post(`${checked.prismUrl}/token`, passwordForm(checked.sandbox));
    const versioned = await fetchText(callLogsUrl(`${checked.prismUrl}/v1`, checked.sandbox.accountId));
    expect([token.status, versioned.status]).toEqual([404, 404]);
  });

  it.each([
    ['throttled', 429],
    ['throttled-flat', 429],
    ['throttled-bare', 429],
    ['backend-down', 503],
    ['unavailable-html', 503],
    ['bad-gateway-html', 502],
    ['gateway-timeout-html', 504],
    ['invalid-token', 401],
    ['token-problem', 401],
    ['server-error', 500],
  ] as const)('the fault %s is documented: %i (facts 28 and 29)', async (fault, status) => {
    const received = await withFault(fault);
    expect([received.status, received.text.includes('VIOLATIONS')]).toEqual([status, false]);
  });

  it.each([
    ['throttled-under-200', /VIOLATIONS.*total_items/s],
    ['bare-unauthorized', /VIOLATIONS.*response.*body/s],
    ['malformed-body', /Unexpected end|JSON/],
  ] as const)('the fault %s breaks the contract (facts 6, 29 and 31)', async (fault, violation) => {
    const received = await withFault(fault);
    expect(received.status).toBe(500);
    expect(received.text).toMatch(violation);
  });
});

describe('Prism in front of a sandbox with other page shapes', () => {
  it.each([
    ['no page count, no _embedded', { pageCountKey: 'neither', embeddedWhenEmpty: 'absent' }],
    ['both page counts', { pageCountKey: 'both' }],
  ] as const)('a page keeps to the document with its overlay: %s (facts 14 and 15)', async (_, switches) => {
    const checked = await startChecked({ switches });
    const statuses = [await checked.reader.fetch(), await checked.reader.fetch({ ...march, page: '900' })];
    await checked.stop();
    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
  });
});
