import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { run, withFolder } from './run.ts';

describe('help', () => {
  it.each([
    [['--help'], ['--help']],
    [['help'], ['--help']],
    [['help', '--help'], ['--help']],
    [['help', 'help'], ['--help']],
    [
      ['export', '--help'],
      ['export', '--help'],
    ],
    [
      ['export', '-h'],
      ['export', '--help'],
    ],
    [
      ['help', 'export'],
      ['export', '--help'],
    ],
    [
      ['help', 'export', 'doctor'],
      ['export', '--help'],
    ],
    [
      ['help', 'doctor'],
      ['doctor', '--help'],
    ],
    [
      ['help', 'report'],
      ['report', '--help'],
    ],
    [
      ['help', 'sandbox'],
      ['sandbox', '--help'],
    ],
  ])('of %j is that of %j: on standard output, exit code 0', async (args, same) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Usage: vbc-reports');
    expect(stdout).toBe((await run(same)).stdout);
  });

  it('names the version, exit code 0', async () => {
    const { exitCode, stdout } = await run(['--version']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each(['export', 'sync', 'report', 'doctor', 'sandbox'])(
    'of %s says the default of every flag whose value has one',
    async (command) => {
      const { stdout } = await run([command, '--help']);
      const flags = stdout.replaceAll(/\n {20,}/g, ' ').match(/^ {2}--[a-z-]+ <.*$/gm) ?? [];
      // These have no default: a range and a file are required, and without a filter all calls are exported.
      const without =
        /^ {2}--(day|last|week|month|quarter|from|to|in|out|number|from-number|to-number|source-user|destination-user|end-from|end-to) /;
      expect(flags.filter((flag) => !without.test(flag) && !flag.includes('(default: '))).toEqual([]);
      expect(flags).not.toEqual([]);
    },
  );
});

describe('a file that exists', () => {
  it('is refused without --force, before any request, and stays as it is', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'calls.csv');
      await writeFile(file, 'precious');
      const fetch = (): Promise<Response> => Promise.reject(new Error('no request is expected'));
      const env = { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'token' };
      const { exitCode, stderr } = await run(['export', '--month', '2025-03', '--out', file], { env, fetch });
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: `error: ${file} exists. Choose another name, or replace the file with --force.\n`,
      });
      expect(await readdir(folder)).toEqual(['calls.csv']);
    });
  });
});

describe('a range that was typed', () => {
  it.each([
    [['--day', 'yesterday'], '2026-03-10 00:00 UTC up to 2026-03-11 00:00 UTC'],
    [['--last', '24h'], '2026-03-10 15:30:20 UTC up to 2026-03-11 15:30:20 UTC'],
    [['--week', 'last'], '2026-03-02 00:00 UTC up to 2026-03-09 00:00 UTC'],
    [['--month', 'last'], '2026-02-01 00:00 UTC up to 2026-03-01 00:00 UTC'],
    [['--quarter', 'last'], '2025-10-01 00:00 UTC up to 2026-01-01 00:00 UTC'],
    [['--from', 'yesterday', '--to', 'now'], '2026-03-10 00:00 UTC up to 2026-03-11 15:30:20 UTC'],
  ])('is exported: %j', async (range, shown) => {
    const now = (): Date => new Date('2026-03-11T15:30:20Z');
    const { exitCode, stderr } = await run(['export', '--sandbox', ...range, '--out', '-'], { now });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(shown);
  });

  it('with a time that the clocks skip is exported, with a note', async () => {
    const range = ['--from', '2025-03-09T02:30', '--to', '2025-03-10', '--tz', 'America/New_York'];
    const { exitCode, stderr } = await run(['export', '--sandbox', ...range, '--out', '-']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'warning: The clocks of America/New_York skip 2025-03-09 02:30; 2025-03-09 03:30 is used.\n',
    );
  });
});

describe('--verbose', () => {
  it('shows each request with its range, page, status and time, and where the token came from', async () => {
    const { stderr } = await run(['export', '--sandbox', '--day', '2025-03-04', '--out', '-', '--verbose']);
    expect(stderr).toMatch(
      /^GET \/\S+\/call-logs 2025-03-04T00:00:00Z to 2025-03-05T00:00:00Z, page 1: 200 in \d+ ms$/m,
    );
    expect(stderr).toContain('token: one login was made\n');
  });

  it('shows nothing among JSON on standard error', async () => {
    const args = ['export', '--sandbox', '--day', '2025-03-04', '--out', '-', '--verbose', '--json'];
    const { stderr } = await run(args);
    expect(JSON.parse(stderr)).toMatchObject({ status: 'done' });
  });
});

describe('a setting with something around it', () => {
  it('is reported before any login is made', async () => {
    const env = { VBC_ACCOUNT_ID: '1', VBC_CLIENT_ID: 'a', VBC_CLIENT_SECRET: 'b', VBC_USERNAME: 'c' };
    await withFolder(async (folder) => {
      const { stderr } = await run(['export', '--day', '2025-03-04', '--out', '-'], {
        env: { ...env, VBC_PASSWORD: '"d" ', XDG_STATE_HOME: folder },
        fetch: () => Promise.resolve(new Response('', { status: 400 })),
      });
      expect(stderr).toMatch(
        /^warning: VBC_PASSWORD ends with a space\. If the login is refused, check that first\.\n/,
      );
    });
  });
});
