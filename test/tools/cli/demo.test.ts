import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { parseCsv } from '../export/parse-csv.ts';
import { withFolder } from './run.ts';

const root = join(import.meta.dirname, '..', '..', '..');

it('`npm run demo` exports a month of the sandbox to a file, and says what it did', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: { demo: string } };
  const [, script = '', ...args] = scripts.demo.split(' ');
  await withFolder(async (cwd) => {
    const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    const { stderr } = await promisify(execFile)(process.execPath, [tsx, join(root, script), ...args], { cwd });
    expect(await readdir(cwd)).toEqual(['calls-2026-01.csv']);
    const rows = parseCsv(await readFile(join(cwd, 'calls-2026-01.csv'), 'utf8')).length - 1;
    expect(rows).toBeGreaterThan(1000);
    expect(stderr).toContain(`${rows.toLocaleString('en')} calls written to calls-2026-01.csv`);
    expect(stderr).toMatch(/\d+ requests/);
  });
});
