// npm run bench: this client beside others, as a Markdown table. Options: bench/README.md.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createContenders } from './contenders.ts';
import { costOf, type Cost } from './cost.ts';
import { measureImports, type ImportCost } from './import-cost.ts';
import { measure, type Measured } from './measure.ts';
import { memoryOf } from './memory.ts';
import { naiveTable, runAll } from './naive/table.ts';
import { reportCosts } from './report.ts';
import { startServer } from './start-server.ts';
import { printTables } from './sync/print-tables.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '9' },
    latency: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '4' },
    cost: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    naive: { type: 'boolean', default: false },
    sync: { type: 'boolean', default: false },
    calls: { type: 'string', default: '1000000' },
    workers: { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    accounts: { type: 'string', default: '1000' },
  },
});

if (values.naive) console.log(naiveTable(await runAll()));
else if (values.sync) await printTables(Number(values.calls));
else if (values.workers) console.log(await (await import('./workers.ts')).workerTables(Number(values.accounts)));
else if (values.scale) console.log((await import('./scale.ts')).scaleTables());
else if (values.cost) console.log(await costTable());
else if (values.report) console.log(await reportTable());
else if (values.memory) console.log(await memoryTable());
else await run();

async function run(): Promise<void> {
  const rows = Number(values.rows);
  const server = await startServer(rows, Number(values.latency));
  try {
    const contenders = await createContenders({ origin: server.origin, concurrency: Number(values.concurrency) });
    const speeds = await measure(contenders, rows, Number(values.rounds));
    console.log(speedTable(speeds));
  } finally {
    server.stop();
  }
  console.log(importTable(await measureImports(15)));
  console.log(machine());
}

function speedTable(speeds: readonly Measured[]): string {
  const lines = speeds.map(({ name, rowsPerSecond, ofOpenapiFetch, ofFastestLoop }) =>
    [name, `${Math.round(rowsPerSecond / 1000)} k`, ofOpenapiFetch.toFixed(2), ofFastestLoop.toFixed(2)].join(' | '),
  );
  const what = `${Number(values.rows).toLocaleString('en')} rows, ${values.latency} ms latency, concurrency ${values.concurrency}`;
  const head = '| | rows/s | of openapi-fetch | of the fastest loop |\n|---|--:|--:|--:|';
  return `Reading ${what}, medians of ${values.rounds} rounds:\n\n${head}\n| ${lines.join(' |\n| ')} |\n`;
}

async function costTable(): Promise<string> {
  const costs: Cost[] = [];
  for (const shape of ['even', 'working week'] as const) {
    for (const rows of [10_000, 100_000, 1_000_000]) costs.push(await costOf(shape, rows, Number(values.concurrency)));
  }
  const lines = costs.map(({ shape, rows, requests, ratio, scannedPerRow, scannedPerRowByPages }) =>
    [shape, rows.toLocaleString('en'), requests, ratio.toFixed(3), scannedPerRow.toFixed(2), scannedPerRowByPages].join(
      ' | ',
    ),
  );
  const head =
    '| shape | rows | requests | of the fewest | rows scanned per row | with pages |\n|---|--:|--:|--:|--:|--:|';
  return `Reading a month, page size 1,000, concurrency ${values.concurrency}:\n\n${head}\n| ${lines.join(' |\n| ')} |\n`;
}

async function memoryTable(): Promise<string> {
  const lines: string[] = [];
  for (const rows of [500_000, 2_000_000]) {
    const { rows: found, peakMegabytes } = await memoryOf(rows);
    lines.push(`| ${found.toLocaleString('en')} | ${Math.round(peakMegabytes)} MB |`);
  }
  return `Peak memory of reading a month:\n\n| rows | peak RSS |\n|--:|--:|\n${lines.join('\n')}\n`;
}

async function reportTable(): Promise<string> {
  const lines: string[] = [];
  for (const calls of [100_000, 1_000_000]) {
    for (const cost of await reportCosts(calls, Math.min(Number(values.rounds), 3))) {
      const seconds = [cost.readMilliseconds, cost.figuresMilliseconds].map((ms) => `${(ms / 1000).toFixed(2)} s`);
      const memory = `${Math.round(cost.peakMegabytes)} MB`;
      lines.push([cost.format, cost.calls.toLocaleString('en'), ...seconds, cost.ratio.toFixed(2), memory].join(' | '));
    }
  }
  const head = '| file | calls | reading | with figures | ratio | peak RSS |\n|---|--:|--:|--:|--:|--:|';
  return `A report of a month from a file:\n\n${head}\n| ${lines.join(' |\n| ')} |\n`;
}

function importTable(costs: readonly ImportCost[]): string {
  const base = costs[0]?.milliseconds ?? NaN;
  const lines = costs.map(
    ({ name, milliseconds }) => `| ${name} | ${milliseconds.toFixed(1)} ms | ${(milliseconds / base).toFixed(1)} |`,
  );
  return `Importing:\n\n| | | of openapi-fetch |\n|---|--:|--:|\n${lines.join('\n')}\n`;
}

function machine(): string {
  const processors = cpus();
  const packages = ['openapi-fetch', 'openapi-typescript-codegen', 'axios', 'got', 'ky'].map(
    (name) => `${name} ${versionOf(name)}`,
  );
  return `${processors[0]?.model ?? 'unknown processor'}, ${processors.length} cores · Node ${process.version} · ${packages.join(', ')}`;
}

function versionOf(name: string): string {
  const file = join(import.meta.dirname, '..', 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
