import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { run, withFolder } from './run.ts';

const month = ['--month', '2025-03'];

function exportIn(folder: string, args: readonly string[]): string[] {
  const out = args.includes('--out') ? [] : ['--out', join(folder, 'calls.csv')];
  return ['export', ...args, ...out];
}

describe('wrong usage', () => {
  it.each([
    ['--from after --to', ['--sandbox', '--from', '2025-04-01', '--to', '2025-03-01'], '--to must be later'],
    ['a range in the future', ['--sandbox', '--from', '2999-01-01', '--to', '2999-02-01'], 'lies in the future'],
    ['30 February', ['--sandbox', '--from', '2025-02-30', '--to', '2025-03-01'], '--from is "2025-02-30"'],
    ['an unknown zone', ['--sandbox', ...month, '--tz', 'Mars/Olympus'], 'The time zone "Mars/Olympus" is unknown'],
    ['a bad month', ['--sandbox', '--month', '2025-13'], '"2025-13" is not a month'],
    ['no range', ['--sandbox'], 'Add --from and --to, or --month'],
    ['half a range', ['--sandbox', '--from', '2025-03-01'], '--to is missing'],
    ['both ways to name a range', ['--sandbox', ...month, '--from', '2025-03-01'], 'cannot be used with'],
    ['a page size of 0', ['--sandbox', ...month, '--page-size', '0'], '--page-size must be'],
    ['a page size of 10,001', ['--sandbox', ...month, '--page-size', '10001'], '--page-size must be'],
    ['a page size in words', ['--sandbox', ...month, '--page-size', 'ten'], '--page-size must be'],
    ['a concurrency of 0', ['--sandbox', ...month, '--concurrency', '0'], '--concurrency must be'],
    ['no requests per second', ['--sandbox', ...month, '--requests-per-second', '0'], '--requests-per-second must be'],
    ['an unknown direction', ['--sandbox', ...month, '--direction', 'Sideways'], '--direction must be'],
    ['an empty filter', ['--sandbox', ...month, '--from-number', ''], '--from-number must be'],
    ['an unknown format', ['--sandbox', ...month, '--format', 'xls'], 'csv, ndjson'],
    ['local times of no zone', ['--sandbox', ...month, '--local-times'], 'Add --tz'],
    ['a folder as file', ['--sandbox', ...month, '--out', '/', '--format', 'csv'], '/ is a folder'],
    ['a file whose ending says nothing', ['--sandbox', ...month, '--out', 'calls'], 'add --format'],
    ['no file name', ['--sandbox', ...month, '--out', ''], '--out names no file'],
    ['an unknown flag', ['--sandbox', ...month, '--ouput', 'x'], "'--ouput'"],
    ['missing variables', month, 'Not set: VBC_ACCOUNT_ID, VBC_CLIENT_ID, VBC_CLIENT_SECRET'],
    ['an account beside the sandbox', ['--sandbox', ...month, '--account-id', '1'], 'cannot be used with'],
  ])('%s: exit code 2, one line that says what to do, no file', async (_what, args, text) => {
    await withFolder(async (folder) => {
      const { exitCode, stdout, stderr } = await run(exportIn(folder, args));
      expect(stderr).toContain(text);
      expect(stderr).toMatch(/^error: [^\n]+\.\n$/);
      expect(stderr).not.toMatch(/\bat .*:\d+/);
      expect({ exitCode, stdout, files: await readdir(folder) }).toEqual({ exitCode: 2, stdout: '', files: [] });
    });
  });

  it.each([
    ['an account id that is none', { VBC_ACCOUNT_ID: 'self' }, '--account-id (or VBC_ACCOUNT_ID)'],
    ['a token that is none', { VBC_ACCESS_TOKEN: 'top secret' }, 'VBC_ACCESS_TOKEN is no access token'],
    ['a base URL that is none', { VBC_BASE_URL: 'ftp://example.com' }, '--base-url (or VBC_BASE_URL)'],
    ['a token URL that is none', { VBC_TOKEN_URL: 'example.com' }, '--token-url (or VBC_TOKEN_URL)'],
  ])('%s: exit code 2, and no value is printed', async (_what, setting, text) => {
    await withFolder(async (folder) => {
      const env = { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'token', XDG_STATE_HOME: folder, ...setting };
      const { exitCode, stderr } = await run(exportIn(folder, month), { env });
      expect(stderr).toContain(text);
      expect(stderr).not.toContain('top secret');
      expect({ exitCode, files: await readdir(folder) }).toEqual({ exitCode: 2, files: [] });
    });
  });

  it('an existing file is refused without --force, before any request', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'calls.csv');
      await writeFile(file, 'precious');
      const fetch = (): Promise<Response> => Promise.reject(new Error('no request is expected'));
      const env = { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'token' };
      const { exitCode, stderr } = await run(['export', ...month, '--out', file], { env, fetch });
      expect(exitCode).toBe(2);
      expect(stderr).toBe(`error: ${file} exists. Choose another name, or replace the file with --force.\n`);
    });
  });

  it('a path that cannot be written: exit code 1, one line', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'none', 'calls.csv');
      const { exitCode, stderr } = await run(['export', '--sandbox', ...month, '--out', file]);
      expect(exitCode).toBe(1);
      expect(stderr).toBe(`error: Cannot write ${file}: the folder does not exist (ENOENT).\n`);
    });
  });

  it('a secret as a flag is refused without being repeated', async () => {
    const { exitCode, stderr } = await run(['export', '--password', 'hunter2', '--out', 'x.csv']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('VBC_PASSWORD');
    expect(stderr).not.toContain('hunter2');
  });

  it.each([
    ['no command', [], 'No command is given'],
    ['an unknown command', ['exprt'], "unknown command 'exprt' (Did you mean export?)"],
    ['an argument too many', ['export', 'calls.csv', '--out', 'x.csv'], 'too many arguments'],
    ['no --out', ['export', '--sandbox', ...month], '--out'],
  ])('%s: exit code 2 and one line', async (_what, args, text) => {
    const { exitCode, stderr } = await run(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(text);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });
});

describe('help', () => {
  it.each([[['--help']], [['export', '--help']], [['sandbox', '--help']], [['--version']]])(
    'of %j goes to standard output, exit code 0',
    async (args) => {
      const { exitCode, stdout, stderr } = await run(args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).not.toBe('');
    },
  );
});
