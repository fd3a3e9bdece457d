import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { type Sandbox, startSandbox } from '../../../src/sandbox.ts';
import { draws, mulberry32 } from '../../support/draws.ts';
import type { KillableExport } from './killable-export.ts';
import { parseCsv } from './parse-csv.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const times = draws(5, 40);

it(
  `an export that is killed ${times} times at random moments loses no call, repeats none, and becomes the same file`,
  () => killAndResume(times, seed),
  600_000,
);

const range = { from: '2025-03-01T00:00:00Z', to: '2025-06-01T00:00:00Z' };

/** Kills an export at random moments until it was killed so many times, and resumes it after each. The seed is printed. */
async function killAndResume(kills: number, seed: number): Promise<void> {
  process.stdout.write(`killing ${kills} exports, seed ${seed}\n`);
  const random = mulberry32(seed);
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  await using sandbox = await startSandbox({ from: '2025-01-01', to: '2026-01-01', calls: 12_000 });
  try {
    const program = join(folder, 'export.mjs');
    const entryPoints = [join(import.meta.dirname, 'killable-export.ts')];
    await build({ entryPoints, outfile: program, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
    const start = (out: string): ChildProcess => startExport(program, sandbox, join(folder, out));

    const startedAt = performance.now();
    await ended(start('whole.csv'));
    const durationMs = performance.now() - startedAt;
    const whole = await readFile(join(folder, 'whole.csv'), 'utf8');
    expect(idsOf(whole)).toEqual(truth(sandbox));

    for (let killed = 0; killed < kills;) {
      if (await killAt(start('calls.csv'), random() * durationMs)) killed += 1;
      const names = await readdir(folder);
      if (!names.includes('calls.csv')) continue;
      // Whenever the name is there, the whole file is.
      expect(await readFile(join(folder, 'calls.csv'), 'utf8')).toBe(whole);
      await unlink(join(folder, 'calls.csv'));
    }
    await ended(start('calls.csv'));
    expect(await readFile(join(folder, 'calls.csv'), 'utf8')).toBe(whole);
    expect((await readdir(folder)).sort()).toEqual(['calls.csv', 'export.mjs', 'whole.csv']);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function startExport(program: string, sandbox: Sandbox, out: string): ChildProcess {
  const { accountId, baseUrl, tokenUrl, credentials } = sandbox;
  const given: KillableExport = { accountId, baseUrl, tokenUrl, credentials, ...range, out };
  return spawn(process.execPath, [program, JSON.stringify(given)], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<void> {
  expect(await once(child, 'exit')).toEqual([0, null]);
}

/** Kills the process after so many milliseconds, and tells whether it still ran. */
async function killAt(child: ChildProcess, ms: number): Promise<boolean> {
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  expect([code, signal]).toEqual(signal === null ? [0, null] : [null, 'SIGKILL']);
  return signal !== null;
}

function idsOf(csv: string): (string | undefined)[] {
  return parseCsv(csv)
    .slice(1)
    .map(([id]) => id);
}

function truth(sandbox: Sandbox): string[] {
  return sandbox.calls({ from: new Date(range.from), to: new Date(range.to) }).map(({ id }) => id);
}
