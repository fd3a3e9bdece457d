import { mulberry32 } from '../../support/draws.ts';
import { runReading, type Run } from './run-reading.ts';
import { createSimulatedServer, makeCall, whole, type StoredCall, type Traits } from './simulated-server.ts';

/** The distribution of calls over a month: even, or like an office's. */
export const shapes = ['even', 'working-week'] as const;

export type Shape = (typeof shapes)[number];

export interface CostOptions {
  readonly shape: Shape;
  readonly calls: number;
  readonly concurrency: number;
  readonly order: 'asc' | 'desc';
  readonly pageSize: number;
  readonly traits?: Traits;
}

const from = Date.UTC(2026, 0, 1);
const to = Date.UTC(2026, 1, 1);
const hourMs = 3_600_000;

/** Requests that an honest server may cost. */
export function costBound(calls: number, pageSize: number): number {
  return Math.floor(1.1 * Math.ceil(calls / pageSize) + 3);
}

export function readHonestly({ shape, calls, concurrency, order, pageSize, traits = {} }: CostOptions): Run {
  const random = mulberry32(calls + concurrency);
  const server = createSimulatedServer(callsOf(shape, calls, traits, random), traits, random);
  const windows = [{ from: new Date(from), to: new Date(to) }];
  const plan = { windows, order, pageSize, concurrency, verify: true };
  return runReading({ server, plan });
}

function callsOf(shape: Shape, count: number, traits: Traits, random: () => number): StoredCall[] {
  const calls: StoredCall[] = [];
  while (calls.length < count) {
    const startMs = from + random() * (to - from);
    if (shape === 'working-week' && random() > loadAt(startMs)) continue;
    const stored = traits.precision === 'millisecond' ? Math.floor(startMs) : whole(startMs);
    calls.push(makeCall(`call-${calls.length}`, stored, random));
  }
  return calls;
}

/** Share of the busiest hour's load: much from eight to six on weekdays, little otherwise. */
function loadAt(ms: number): number {
  const day = new Date(ms).getUTCDay();
  const hour = Math.floor(ms / hourMs) % 24;
  return day > 0 && day < 6 && hour >= 8 && hour < 18 ? 1 : 0.02;
}
