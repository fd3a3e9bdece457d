import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CallRow } from '../../../../../src/sandbox.ts';
import type { CliIo } from '../../../../../src/tools/cli/terminal/reporter.ts';
import { run, withFolder } from '../../run.ts';
import { dayMs, eventsIn, type SyncBench, withBench } from './bench.ts';

/** A call that is old enough to be settled. */
function settledCall(calls: readonly CallRow[]): CallRow {
  const call = calls[Math.floor(calls.length / 2)];
  if (call === undefined) throw new Error('there is no call');
  return call;
}

let folder: string;
/** A store that is up to date with the sandbox of a bench. */
let upToDate: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  upToDate = join(folder, 'calls.duckdb');
  await withBench(async (bench) => {
    expect((await bench.sync()).exitCode).toBe(0);
    await copyFile(bench.store, upToDate);
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Gives work a bench whose store has been brought up to date. */
function withSyncedBench(work: (bench: SyncBench) => Promise<void>): Promise<void> {
  return withBench(async (bench) => {
    await copyFile(upToDate, bench.store);
    await work(bench);
  });
}

describe('sync', () => {
  it('loads an empty store and says what it did', async () => {
    await withBench(async (bench) => {
      const listed = bench.sandbox.calls().length.toLocaleString('en');
      const { exitCode, stdout, stderr } = await bench.sync(['--tz', 'America/New_York']);
      expect(stderr.replace(/\d+ requests/, 'N requests')).toBe(
        [
          `${bench.store} is up to date: ${listed} calls of account 913874.`,
          `  changes  ${listed} added`,
          '  work     N requests, 1 login',
          '  time     0 ms',
          '  settled  until 2025-12-09 09:00 EST (UTC-05:00); later calls may still be added or change',
          '',
        ].join('\n'),
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
      expect(await bench.stored()).toBe(bench.sandbox.calls().length);
    });
  });

  it('takes one request and the stored token when nothing is new', async () => {
    await withBench(async (bench) => {
      await bench.sync();
      const { exitCode, stderr } = await bench.sync();
      expect(exitCode).toBe(0);
      expect(stderr).toContain('  changes  nothing changed\n  work     1 request, no login\n');
    });
  });

  it('keeps the zone that was given before', async () => {
    await withBench(async (bench) => {
      await bench.sync(['--tz', 'America/New_York']);
      const { stderr } = await bench.sync();
      expect(stderr).toContain('until 2025-12-09 09:00 EST');
      expect(await bench.rows('select time_zone from sync_accounts')).toEqual([{ time_zone: 'America/New_York' }]);
    });
  });

  it('finds new calls, deleted calls that are not settled, and old calls that are no longer listed', async () => {
    await withSyncedBench(async (bench) => {
      const before = bench.sandbox.calls();
      bench.sandbox.remove(settledCall(before).id);
      bench.sandbox.remove(before.at(-1)?.id ?? '');
      bench.sandbox.clock.advance(dayMs);
      const added = bench.sandbox.calls().length - before.length + 2;
      const { exitCode, stderr } = await bench.sync();
      expect(exitCode).toBe(0);
      expect(stderr).toContain(`  changes  ${added} added, 1 deleted, 1 no longer listed\n`);
    });
  });

  it('deletes old calls that are no longer listed with --mirror', async () => {
    await withSyncedBench(async (bench) => {
      bench.sandbox.remove(settledCall(bench.sandbox.calls()).id);
      const { stderr } = await bench.sync(['--mirror']);
      expect(stderr).toContain('  changes  1 deleted\n');
      expect(await bench.stored()).toBe(bench.sandbox.calls().length);
    });
  });

  it('reads a range again with --recheck, and finds changes although the counts agree', async () => {
    await withSyncedBench(async (bench) => {
      const call = bench.sandbox.calls({ from: new Date('2025-06-15'), to: new Date('2025-06-30') })[0];
      for (const [length, range] of ['2025-06', '2025', '200d', '2025-01-01..2026-01-01'].entries()) {
        bench.sandbox.correct(call?.id ?? '', { result: 'Voicemail', length });
        if (length === 0) expect((await bench.sync()).stderr).toContain('nothing changed');
        expect((await bench.sync(['--recheck', range])).stderr).toContain('  changes  1 changed\n');
      }
    });
  });

  it('keeps calls from --since on: a date, a time, a period or a span', async () => {
    await withBench(async (bench) => {
      const firsts = {
        yesterday: '2025-12-09',
        '30d': '2025-11-10T15:00Z',
        '2025-11-02': '2025-11-02',
        '2025-11': '2025-11-01',
      };
      for (const [since, first] of Object.entries(firsts)) {
        await bench.sync(['--since', since]);
        const calls = bench.sandbox.calls({ from: new Date(first), to: bench.sandbox.clock.now() });
        expect(await bench.stored()).toBe(calls.length);
      }
    });
  });

  it('warns of a local time that a clock change skips', async () => {
    await withBench(async (bench) => {
      const { stderr } = await bench.sync(['--since', '2025-03-09T02:30', '--tz', 'America/New_York']);
      expect(stderr).toContain(
        'warning: The clocks of America/New_York skip 2025-03-09 02:30; 2025-03-09 03:30 is used.\n',
      );
    });
  });

  it('takes the store from VBC_STORE', async () => {
    await withBench(async (bench) => {
      const env = { ...bench.env, VBC_STORE: bench.store };
      const { exitCode } = await run(['sync'], { env, now: () => bench.sandbox.clock.now() });
      expect(exitCode).toBe(0);
      expect(await bench.stored()).toBe(bench.sandbox.calls().length);
    });
  });

  it('can be tried without an account; made-up calls are kept apart from those of accounts', async () => {
    await withFolder(async (folder) => {
      const store = `${folder}/calls.duckdb`;
      const { exitCode, stderr } = await run(['sync', '--sandbox', '--to', store, '--since', '7d'], { env: {} });
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/calls of account sandbox\.\n/);
      expect(await readdir(folder)).toEqual(['calls.duckdb']);
    });
  });
});

describe('sync that cannot be done', () => {
  it('names windows in which the API lists fewer calls than it counts, keeps the calls that it found, and ends with exit code 4', async () => {
    await withBench(
      async (bench) => {
        const { exitCode, stderr } = await bench.sync();
        expect(exitCode).toBe(4);
        expect(stderr).toContain(
          `error: ${bench.store} is not complete: the API did not list all the calls that it counted.\n`,
        );
        expect(stderr).toMatch(/error: Rejected: \d+ rows? \(.+\)\n/);
        expect(stderr).toContain('If such rows are expected, add --accept-rejected.\n');
        expect((await bench.sync(['--accept-rejected'])).exitCode).toBe(0);
      },
      { switches: { unplaceableRows: { 'null-id': 0.05 } } },
    );
  });

  it('refuses a wrong password with exit code 3, and does not log in again', async () => {
    await withBench(async (bench) => {
      const env = { ...bench.env, VBC_PASSWORD: 'wrong' };
      const [first, second] = [await bench.sync([], { env }), await bench.sync([], { env })];
      expect([first.exitCode, second.exitCode]).toEqual([3, 3]);
      expect(first.stderr).toMatch(/^error: .*refused.*\n$/);
      expect(bench.sandbox.requests.filter(({ endpoint }) => endpoint === 'token').length).toBe(1);
    });
  });

  it('says in one line that the store is not a DuckDB file', async () => {
    await withBench(async (bench) => {
      await writeFile(bench.store, 'not a database');
      const { exitCode, stderr } = await bench.sync();
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: `error: ${bench.store} is not a DuckDB file.\n` });
    });
  });

  it('says that the folder of the store does not exist', async () => {
    await withBench(async (bench) => {
      const { exitCode, stderr } = await run(['sync', '--to', bench.path('nowhere/calls.duckdb')], { env: bench.env });
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: `error: ${bench.path('nowhere/calls.duckdb')} does not exist, or its folder does not.\n`,
      });
    });
  });

  it('asks for the settings that are missing, and makes no file', async () => {
    await withFolder(async (folder) => {
      const { exitCode, stderr } = await run(['sync', '--to', `${folder}/calls.duckdb`], { env: {} });
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^error: Not set: VBC_ACCOUNT_ID, VBC_CLIENT_ID, .*\n$/);
      expect(await readdir(folder)).toEqual([]);
    });
  });

  it('keeps what was written when the server fails, says so, and continues the next time', async () => {
    await withBench(async (bench) => {
      let requests = 0;
      const failing: NonNullable<CliIo['fetch']> = (url, init) => {
        requests += 1;
        return requests > 3 ? Promise.resolve(new Response('', { status: 404 })) : fetch(url, init);
      };
      const { exitCode, stderr } = await bench.sync(['--page-size', '50'], { fetch: failing });
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(/^error: [^\n]+\n$/) });
      expect((await bench.sync()).exitCode).toBe(0);
      expect(await bench.stored()).toBe(bench.sandbox.calls().length);
    });
  });
});

describe('sync --audit', () => {
  it('compares the whole history and writes nothing', async () => {
    await withSyncedBench(async (bench) => {
      const { exitCode, stderr } = await bench.sync(['--audit']);
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(
        /^.* agrees with the API: [\d,]+ calls of account 913874\.\n {2}work {5}1\d requests, 1 login\n/,
      );
    });
  });

  it('ends with exit code 4 on a difference, names it, and leaves it', async () => {
    await withSyncedBench(async (bench) => {
      const { id, start } = settledCall(bench.sandbox.calls());
      bench.sandbox.remove(id);
      const { exitCode, stderr } = await bench.sync(['--audit']);
      expect(exitCode).toBe(4);
      expect(stderr).toContain(
        `error: ${bench.store} and the API differ in 1 window. Read each again with --recheck FROM..TO.\n`,
      );
      const [, from = '', to = '', listed, stored] =
        /^error: Differs: (\S+) to (\S+) \(the API lists (\d+) calls?, the store has (\d+)\)$/m.exec(stderr) ?? [];
      const at = new Date(`${start.replace(' ', 'T')}Z`);
      expect(new Date(from) <= at && at < new Date(to)).toBe(true);
      expect(Number(stored) - Number(listed)).toBe(1);
      expect((await bench.sync(['--audit'])).exitCode).toBe(4);
      expect((await bench.sync(['--recheck', `${from}..${to}`])).stderr).toContain('1 no longer listed');
      expect((await bench.sync(['--audit'])).exitCode).toBe(0);
    });
  });

  it('makes no file for a store that does not exist', async () => {
    await withBench(async (bench) => {
      expect((await bench.sync(['--audit'])).exitCode).toBe(4);
      expect((await bench.sync(['--dry-run'])).exitCode).toBe(0);
      expect(await readdir(bench.folder)).toEqual(['state']);
    });
  });
});

describe('sync --dry-run', () => {
  it('says what it would read and how many requests that takes, and writes nothing', async () => {
    await withSyncedBench(async (bench) => {
      const before = bench.sandbox.calls().length;
      bench.sandbox.clock.advance(3 * dayMs);
      const added = bench.sandbox.calls().length - before;
      const { exitCode, stderr } = await bench.sync(['--dry-run']);
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(
        /^Dry run: 1 window to read with \d+ calls, in at least 1 request\. Nothing was written to /,
      );
      expect(stderr).toMatch(/\n {2}window {3}\S+Z to 2025-12-13T15:00:00Z: \d+ calls? listed, \d+ stored\n/);
      expect(added).toBeGreaterThan(0);
      expect(await bench.stored()).toBe(before);
    });
  });

  it('says that there is nothing to read', async () => {
    await withSyncedBench(async (bench) => {
      expect((await bench.sync(['--dry-run'])).stderr).toMatch(/^Dry run: nothing to read\. Nothing was written to /);
    });
  });
});

describe('the output of sync', () => {
  it('is one JSON object a line with --json: progress, the account, and the summary at the end', async () => {
    await withBench(async (bench) => {
      const calls = bench.sandbox.calls().length;
      const outcome = await bench.sync(['--json', '--tz', 'Europe/London']);
      const events = eventsIn(outcome);
      expect(events.map(({ event }) => event)).toEqual(['progress', 'account', 'summary']);
      const account = { account: '913874', name: null, timeZone: 'Europe/London', status: 'done', exitCode: 0 };
      expect(events[1]).toMatchObject({ ...account, added: calls, complete: true, differences: [], missing: [] });
      expect(events.at(-1)).toMatchObject({
        ...{ event: 'summary', status: 'done', exitCode: 0, mode: 'sync', store: bench.store, added: calls, logins: 1 },
        accounts: [{ ...account, range: { from: '2000-01-01T00:00:00.000Z', to: '2025-12-10T15:00:00.000Z' } }],
      });
    });
  });

  it('says in JSON why a run failed', async () => {
    await withBench(async (bench) => {
      const outcome = await bench.sync(['--json'], { env: { ...bench.env, VBC_PASSWORD: 'wrong' } });
      const error = { code: expect.stringMatching(/refused|locked/), message: expect.any(String) };
      expect(eventsIn(outcome).at(-1)).toMatchObject({
        status: 'failed',
        exitCode: 3,
        accounts: [{ exitCode: 3, error }],
      });
    });
  });

  it('is nothing with --quiet', async () => {
    await withBench(async (bench) => {
      expect(await bench.sync(['--quiet'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    });
  });

  it('shows each request with --verbose', async () => {
    await withBench(async (bench) => {
      const { stderr } = await bench.sync(['--verbose']);
      expect(stderr).toMatch(/^GET \S+\/call-logs 2000-01-01T00:00:00Z to 2025-12-10T15:00:00Z, page 1: 200 in /m);
    });
  });

  it('shows a bar on a terminal, with the requests before the calls', async () => {
    await withBench(async (bench) => {
      let nowMs = bench.sandbox.clock.now().getTime();
      const now = (): Date => new Date((nowMs += 100));
      const { stderr } = await bench.sync([], { isTTY: true, now });
      expect(stderr).toMatch(/\d+ requests?, [\d,]+ calls? of [\d,]+ \(\d+ %\), /);
    });
  });
});
