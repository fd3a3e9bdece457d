import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { createCsvFormat, createNdjsonFormat } from '../src/tools/export/index.ts';
import { median } from './measure.ts';

/** The cost of a report, compared with only reading its file. */
export interface ReportCost {
  readonly format: string;
  readonly calls: number;
  readonly readMilliseconds: number;
  readonly figuresMilliseconds: number;
  /** The median of the rounds' ratios: figures, reading included, to reading alone. */
  readonly ratio: number;
  readonly peakMegabytes: number;
}

/**
 * Makes figures of exports of a month with the given number of calls, in NDJSON and in CSV, each in a process of its
 * own.
 */
export async function reportCosts(calls: number, rounds: number): Promise<ReportCost[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-bench-'));
  try {
    const costs: ReportCost[] = [];
    for (const format of ['ndjson', 'csv'] as const) {
      const file = join(folder, `calls.${format}`);
      await writeMonth(file, format, calls);
      costs.push(await costOf(format, file, rounds));
      await rm(file);
    }
    return costs;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Measured {
  readonly calls: number;
  readonly milliseconds: number;
  readonly peakKilobytes: number;
}

async function costOf(format: string, file: string, rounds: number): Promise<ReportCost> {
  const results: { readonly read: Measured; readonly figures: Measured }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    results.push({ read: await measure('read', file), figures: await measure('figures', file) });
  }
  return {
    format,
    calls: results[0]?.figures.calls ?? 0,
    readMilliseconds: median(results.map(({ read }) => read.milliseconds)),
    figuresMilliseconds: median(results.map(({ figures }) => figures.milliseconds)),
    ratio: median(results.map(({ read, figures }) => figures.milliseconds / read.milliseconds)),
    peakMegabytes: Math.max(...results.map(({ figures }) => figures.peakKilobytes)) / 1000,
  };
}

async function measure(job: 'read' | 'figures', file: string): Promise<Measured> {
  const script = join(import.meta.dirname, 'report-reader.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, job, file]);
  return JSON.parse(stdout) as Measured;
}

async function writeMonth(file: string, format: 'ndjson' | 'csv', calls: number): Promise<void> {
  const month = { from: '2026-01-01', to: '2026-02-01', now: '2026-03-01' };
  await using sandbox = await startSandbox({ ...month, calls });
  await pipeline(Readable.from(rowsOf(sandbox, format)), createWriteStream(file));
}

function* rowsOf(sandbox: Sandbox, format: 'ndjson' | 'csv'): Generator<string> {
  const rowFormat = format === 'csv' ? createCsvFormat() : createNdjsonFormat();
  if (rowFormat.head !== '') yield rowFormat.head;
  const end = Date.parse('2026-02-01T00:00:00Z');
  const hourMs = 3_600_000;
  for (let from = Date.parse('2026-01-01T00:00:00Z'); from < end; from += hourMs) {
    const text = rowFormat.rows(sandbox.calls({ from: new Date(from), to: new Date(from + hourMs) }));
    if (text !== '') yield text;
  }
}
