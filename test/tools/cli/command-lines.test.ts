import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { run, withFolder } from './run.ts';

/** A Wednesday afternoon. */
const now = (): Date => new Date('2026-03-11T15:30:20Z');

interface Row {
  /** As typed: variables, then the command. `{dir}` is a folder with the file `old.csv` and the folder `adir`. */
  readonly line: string;
  readonly exitCode: number;
  readonly output: string;
}

/** The table: a command line after `$`, then its exit code and its whole output. */
const table = await readFile(join(import.meta.dirname, 'command-lines.txt'), 'utf8');

const rows = [...table.matchAll(/^\$ (.*)\n(\d+) (.*)$/gm)].map(([, line = '', exitCode, output = '']): Row => {
  return { line, exitCode: Number(exitCode), output };
});

/** The words of a line; double quotes are read as JSON reads them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g)].map(([word]) =>
    word.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => JSON.parse(quoted) as string),
  );
}

async function outputOf(line: string): Promise<{ exitCode: number; output: string; files: readonly string[] }> {
  return await withFolder(async (folder) => {
    await writeFile(join(folder, 'old.csv'), 'precious');
    await mkdir(join(folder, 'adir'));
    const words = wordsOf(line.replaceAll('{dir}', folder));
    const start = words.indexOf('vbc-reports');
    const variables = words.slice(0, start).map((word) => word.split(/=(.*)/s).slice(0, 2));
    const env: Record<string, string> = { XDG_STATE_HOME: join(folder, 'state') };
    for (const [name = '', value = ''] of variables) env[name] = value;
    const fetch = (): Promise<Response> => Promise.reject(new Error('no request is expected'));
    // A given `fetch` takes the place of the proxy.
    const io = env.HTTPS_PROXY === undefined ? { env, now, fetch } : { env, now };
    const { exitCode, stdout, stderr } = await run(words.slice(start + 1), io);
    const output = (stdout + stderr).replaceAll(folder, '{dir}');
    return { exitCode, output, files: (await readdir(folder)).sort() };
  });
}

describe('a wrong or odd command line', () => {
  it.each(rows)('is answered in one line, with no file left: $line', async ({ line, exitCode, output }) => {
    expect(await outputOf(line)).toEqual({ exitCode, output: `${output}\n`, files: ['adir', 'old.csv'] });
  });

  it('is one of at least 200', () => {
    expect(rows.length).toBeGreaterThanOrEqual(200);
    expect(new Set(rows.map(({ line }) => line)).size).toBe(rows.length);
  });

  it('is answered with a sentence that ends, and shows no secret', () => {
    for (const { output } of rows) {
      expect(output).toMatch(/[.?]$|\}$/);
      expect(output).not.toMatch(/hunter2|\bat .*:\d+/);
    }
  });
});
