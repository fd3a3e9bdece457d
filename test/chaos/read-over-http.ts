import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createReportsClient, IncompleteError, ReportsError, type CallLog, type Resume } from '../../src/index.ts';
import { isVisible, sceneOf, type Draw } from '../call-logs/engine/adversary.ts';
import { createSimulatedServer, type Query, type SimulatedServer } from '../call-logs/engine/simulated-server.ts';
import { mulberry32 } from '../support/draws.ts';
import { createFastClock } from '../support/fast-clock.ts';

/** A server on loopback that answers from one simulated server after another. */
export interface HttpStage {
  readonly baseUrl: string;
  show(server: SimulatedServer): void;
  close(): Promise<void>;
}

export async function startStage(): Promise<HttpStage> {
  let shown: SimulatedServer | undefined;
  const server: Server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(shown?.answer(queryOf(request))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/reports`,
    show: (next) => {
      shown = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function queryOf({ url = '/' }: IncomingMessage): Query {
  const query = new URL(url, 'http://localhost').searchParams;
  const msOf = (name: string): number => Date.parse(`${(query.get(name) ?? '').replace(' ', 'T')}Z`);
  const order = query.get('order');
  return {
    fromMs: msOf('start:gte'),
    toMs: msOf('start:lte'),
    page: Number(query.get('page')),
    pageSize: Number(query.get('page_size')),
    order: order === 'asc' || order === 'desc' ? order : undefined,
    direction: query.get('direction') ?? undefined,
  };
}

interface Part {
  readonly calls: readonly CallLog[];
  readonly error: IncompleteError | undefined;
}

/**
 * Reads a draw with the client over HTTP, and once more what is missing then. Throws if a call is lost without being
 * named, handed out twice, out of order, or outside the range.
 */
export async function checkOverHttp(draw: Draw, stage: HttpStage): Promise<'complete' | 'incomplete'> {
  const random = mulberry32(draw.seed);
  const { calls, plan, traits } = sceneOf(draw, random);
  const server = createSimulatedServer(calls, traits, random, traits.replica !== undefined);
  stage.show(server);
  const [window] = plan.windows;
  if (window === undefined) throw new Error('a plan without a window');
  const isIn = ({ from, to }: { from: Date; to: Date }, ms: number): boolean =>
    ms >= from.getTime() && ms < to.getTime();
  const before = server.calls.filter(({ startMs }) => isIn(window, startMs));
  const read = createReader(draw, stage, window);

  const first = await read();
  const ids = new Set(first.calls.map(({ id }) => id));
  refuseUnless(ids.size === first.calls.length, 'a call was handed out twice');
  refuseUnless(isOrdered(first.calls, draw.order), 'calls are out of order');
  const held = new Map(server.calls.map((call) => [call.id, call]));
  for (const id of ids) refuseUnless(isIn(window, held.get(id)?.startMs ?? NaN), `${id} is outside the range`);

  const unusable = new Set(draw.unusable.map(([index]) => `call-${index}`));
  const lost = before.filter(({ id }) => !ids.has(id) && !unusable.has(id) && isVisible(id, server, traits));
  const unnamed = lost.filter(({ startMs }) => !first.error?.windows.some((named) => isIn(named, startMs)));
  const isToldOfRows = (first.error?.rejected.length ?? 0) > 0;
  refuseUnless(
    unnamed.length === 0 || isToldOfRows,
    `lost without being named: ${JSON.stringify(unnamed.slice(0, 3))}`,
  );
  if (first.error?.resume === undefined) return first.error ? 'incomplete' : 'complete';

  const again = await read(first.error.resume);
  const repeated = again.calls.filter(({ id }) => ids.has(id));
  refuseUnless(repeated.length === 0, `a resumed reading handed out ${repeated.length} calls again`);
  return 'incomplete';
}

function createReader(draw: Draw, { baseUrl }: HttpStage, window: { from: Date; to: Date }) {
  const { pageSize, concurrency, order } = draw;
  const clock = createFastClock('2026-02-01T00:00:00Z');
  const client = createReportsClient({ accountId: '913874', auth: 'a-token', baseUrl, pageSize, concurrency, clock });
  return async (resume?: Resume): Promise<Part> => {
    const calls: CallLog[] = [];
    try {
      for await (const call of client.callLogs.list({ ...window, order, resume })) calls.push(call);
      return { calls, error: undefined };
    } catch (error) {
      if (error instanceof IncompleteError) return { calls, error };
      throw error instanceof ReportsError ? new Error(`${error.code}: ${error.message}`, { cause: error }) : error;
    }
  };
}

function isOrdered(calls: readonly CallLog[], order: 'asc' | 'desc'): boolean {
  const keys = calls.map(({ start, id }) => `${start.slice(0, 19).replace('T', ' ')} ${id}`);
  return keys.every((key, index) => {
    const previous = keys[index - 1] ?? key;
    return order === 'asc' ? previous.slice(0, 19) <= key.slice(0, 19) : previous.slice(0, 19) >= key.slice(0, 19);
  });
}

function refuseUnless(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}
