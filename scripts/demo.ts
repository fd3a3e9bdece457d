// npm run demo: a month of made-up calls into a CSV file, then a store that is kept complete, in the current folder.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

const sync = ['sync', '--sandbox', '--since', '90d', '--to', 'calls.duckdb'];
const commands = [
  ['export', '--sandbox', '--month', '2026-01', '--out', 'calls-2026-01.csv', '--force'],
  sync,
  // Nothing is new, which one request shows.
  sync,
];

const root = join(import.meta.dirname, '..');
for (const args of commands) {
  console.error(`$ vbc-reports ${args.join(' ')}`);
  const program = ['--import', import.meta.resolve('tsx'), join(root, 'src', 'tools', 'cli', 'main.ts'), ...args];
  const { status } = spawnSync(process.execPath, program, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  console.error('');
}
