import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect } from '@jest/globals';
import { build } from 'esbuild';
import type { CallLog } from '../../../src/index.ts';
import { mulberry32 } from '../../support/draws.ts';
import { account, historyAt, openPlace, runStep, type Step, steps, type StorePlace } from './killable-sync.ts';

/** What kills need of a store. */
export interface KillOptions {
  /** Makes a place for a new store. */
  readonly create: () => Promise<StorePlace>;
  readonly kills: number;
  /** It is printed: the same seed kills at the same moments, as far as processes are as fast. */
  readonly seed: number;
}

/** Kills syncs at random moments until so many were killed, and lets the next run finish what each has left. */
export async function killSyncs({ create, kills, seed }: KillOptions): Promise<void> {
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
        await expectTruth(place, step);
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Expects a store to have just the calls that are listed at a step. */
export async function expectTruth(place: StorePlace, step: Step): Promise<void> {
  const store = openPlace(place, step);
  const history = historyAt(step);
  const calls: CallLog[] = [];
  const window = { from: new Date(0), to: new Date(history.now) };
  for await (const page of store.callsOf(account.id, window, { onlyListed: true })) calls.push(...page);
  await store.close();
  expect(keysOf(calls)).toEqual(keysOf(history.listed()));
}

/** Makes one file of the program, which starts much faster than its sources. */
async function bundle(folder: string): Promise<string> {
  const program = join(folder, 'sync.mjs');
  const entryPoints = [join(import.meta.dirname, 'killable-sync.ts')];
  await build({ entryPoints, outfile: program, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
  await symlink(join(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'));
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

function keysOf(calls: readonly CallLog[]): string[] {
  return calls.map(({ id, start }) => `${start} ${id}`).sort();
}
