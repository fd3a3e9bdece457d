import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { parseCsv } from '../export/parse-csv.ts';
import { withFolder } from './run.ts';

const root = join(import.meta.dirname, '..', '..', '..');

it('`npm run demo` exports a month of the sandbox, then fills a store that a second sync leaves as it is', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: { demo: string } };
  const [, script = '', ...args] = scripts.demo.split(' ');
  await withFolder(async (cwd) => {
    const tsx = pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
    const program = ['--import', tsx, join(root, script), ...args];
    const { stderr } = await promisify(execFile)(process.execPath, program, { cwd });
    expect((await readdir(cwd)).sort()).toEqual(['calls-2026-01.csv', 'calls.duckdb']);
    const rows = parseCsv(await readFile(join(cwd, 'calls-2026-01.csv'), 'utf8')).length - 1;
    expect(rows).toBeGreaterThan(1000);
    const [exported = '', first = '', second = ''] = stderr.split('\n\n');
    expect(exported).toContain(`${rows.toLocaleString('en')} calls written to calls-2026-01.csv`);
    expect(first).toMatch(
      /calls\.duckdb is up to date: [\d,]+ calls of account sandbox\.\n {2}changes {2}[\d,]+ added\n/,
    );
    // A made-up call may have been listed in between.
    expect(second).toMatch(
      / {2}changes {2}(nothing changed\n {2}work {5}1 request|\d added\n {2}work {5}\d requests), /,
    );
  });
});
