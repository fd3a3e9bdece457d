import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect } from '@jest/globals';
import { build } from 'esbuild';
import type { CallLog } from '../../../src/index.ts';
import { mulberry32 } from '../../support/draws.ts';
import { historyAt, runStep, type Step, steps, type StorePlace } from './killable-sync.ts';

/** What kills need of a store. */
export interface KillOptions {
  /** Makes a place for a new store. */
  readonly create: () => Promise<StorePlace>;
  /** The calls that a store has and that are listed, in any order. */
  readonly read: (place: StorePlace) => Promise<readonly Pick<CallLog, 'id' | 'start'>[]>;
  readonly kills: number;
  /** It is printed: the same seed kills at the same moments, as far as processes are as fast. */
  readonly seed: number;
}

/** Kills syncs at random moments until so many were killed, and lets the next run finish what each has left. */
export async function killSyncs({ create, read, kills, seed }: KillOptions): Promise<void> {
  process.stdout.write(`killing ${kills} syncs, seed ${seed}\n`);
  const random = mulberry32(seed);
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  try {
    const program = await bundle(folder);
    const durations = new Map<Step, number>();
    const rehearsal = await create();
    for (const step of steps) durations.set(step, await runWhole(program, rehearsal, step));
    for (let killed = 0; killed < kills;) {
      const place = await create();
      for (const step of steps) {
        if (await runAndKill(program, place, step, random() * (durations.get(step) ?? 0))) killed += 1;
        await runStep(place, step);
        expect(keysOf(await read(place))).toEqual(keysOf(historyAt(step).listed()));
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Makes one file of the program, which starts much faster than its sources. */
async function bundle(folder: string): Promise<string> {
  const program = join(folder, 'sync.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'killable-sync.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // For packages in CommonJS.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    external: ['pg-native'],
    logLevel: 'error',
  });
  return program;
}

/** Starts the program, and resolves when it begins its step. */
async function start(program: string, place: StorePlace, step: Step): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, JSON.stringify({ place, step })], {
    env: { ...process.env, KILLABLE_SYNC: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

/** Returns how long the step takes, in milliseconds. */
async function runWhole(program: string, place: StorePlace, step: Step): Promise<number> {
  const child = await start(program, place, step);
  const startedAt = performance.now();
  expect(await once(child, 'exit')).toEqual([0, null]);
  return performance.now() - startedAt;
}

/** Kills a step after so many milliseconds. Returns whether it still ran. */
async function runAndKill(program: string, place: StorePlace, step: Step, ms: number): Promise<boolean> {
  const child = await start(program, place, step);
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  expect([code, signal]).toEqual(signal === null ? [0, null] : [null, 'SIGKILL']);
  return signal !== null;
}

function keysOf(calls: readonly Pick<CallLog, 'id' | 'start'>[]): string[] {
  return calls.map(({ id, start }) => `${start} ${id}`).sort();
}
