import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startLocalPostgres } from '../../test/support/postgres.ts';

/** A target for the calls of a month: a file of `export`, or a store of `sync`. */
export type Target = 'export to NDJSON' | 'sync to DuckDB' | 'sync to PostgreSQL';

export interface Load {
  readonly target: Target;
  readonly calls: number;
  readonly seconds: number;
  /** Processor time of the process that reads and writes. */
  readonly cpuSeconds: number;
  /** Peak resident set of the process that reads and writes, in megabytes. */
  readonly peakMegabytes: number;
}

/** Writes the given number of calls of a sandbox to each target, one after the other, each in a process of its own. */
export async function loadAll(calls: number, targets: readonly Target[]): Promise<Load[]> {
  const sandbox = spawn(process.execPath, ['--import', 'tsx', script('../memory-sandbox.ts'), String(calls)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-bench-'));
  const postgres = targets.includes('sync to PostgreSQL') ? await startLocalPostgres([]) : undefined;
  try {
    const [settings] = (await once(sandbox.stdout, 'data')) as [Buffer];
    const places: Readonly<Record<Target, string>> = {
      'export to NDJSON': join(folder, 'calls.ndjson'),
      'sync to DuckDB': join(folder, 'calls.duckdb'),
      'sync to PostgreSQL': (await postgres?.createDatabase()) ?? '',
    };
    const loads: Load[] = [];
    for (const target of targets) loads.push(await load(target, settings.toString().trim(), places[target]));
    return loads;
  } finally {
    sandbox.stdin.end();
    await postgres?.stop();
    await rm(folder, { recursive: true });
  }
}

async function load(target: Target, settings: string, place: string): Promise<Load> {
  const args = ['--import', 'tsx', script('load-target.ts'), target, settings, place];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return { target, ...(JSON.parse(stdout) as Omit<Load, 'target'>) };
}

function script(name: string): string {
  return join(import.meta.dirname, name);
}
