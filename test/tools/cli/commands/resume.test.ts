import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallLog } from '../../../../src/call-logs/call-log.ts';
import type { FetchLike } from '../../../../src/core/http/attempt.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../../src/sandbox.ts';
import { draws } from '../../../support/draws.ts';
import { spoilingFetch, type Trouble, troubles } from './spoiling-fetch.ts';
import { bundleProgram, environmentOf, type Outcome, RecordingStream, run, withFolder } from '../run.ts';

const servers: Record<string, NonNullable<SandboxOptions['switches']>> = {
  'in ascending order': {},
  'in descending order, whatever is asked for': { order: 'ignored', defaultOrder: 'desc', tieOrder: 'unstable' },
  'with crowded seconds': { tieRun: 60, largestPageSize: 50 },
  'that refuses to be asked for an order': { order: 'refused', embeddedWhenEmpty: 'absent' },
};

const sandboxes = new Map<string, Sandbox>();

let programFolder: string;
let program: string;

beforeAll(async () => {
  programFolder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  program = await bundleProgram(programFolder);
  for (const [name, switches] of Object.entries(servers)) {
    sandboxes.set(
      name,
      await startSandbox({ from: '2025-03-01', to: '2025-04-01', now: '2025-05-01', calls: 500, switches }),
    );
  }
});

afterAll(async () => {
  await rm(programFolder, { recursive: true });
  for (const sandbox of sandboxes.values()) await sandbox.stop();
});

/** A folder to export to from one of the sandboxes. */
class Bench {
  readonly #sandbox: Sandbox;
  readonly #folder: string;

  constructor(server: string, folder: string) {
    const sandbox = sandboxes.get(server);
    if (sandbox === undefined) throw new RangeError(`no server ${server}`);
    this.#sandbox = sandbox;
    this.#folder = folder;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Is interrupted when the reader of standard output is stuck. */
  async export(
    out: string,
    args: readonly string[],
    trouble?: Trouble,
    stdout = new RecordingStream(),
  ): Promise<Outcome> {
    const interruption = new AbortController();
    const interrupt = (): void => {
      interruption.abort();
    };
    stdout.once('stuck', interrupt);
    const io = { stdout, signal: interruption.signal };
    return await this.exportWith(spoilingFetch(trouble, interrupt), out, args, io);
  }

  async exportWith(
    fetch: FetchLike,
    out: string,
    args: readonly string[],
    io: Parameters<typeof run>[1] = {},
  ): Promise<Outcome> {
    const env = { ...environmentOf(this.#sandbox, this.path('state')), ...io.env };
    const all = ['export', '--month', '2025-03', ...args, '--out', out === '-' ? out : this.path(out)];
    return await run(all, { ...io, env, fetch });
  }

  async read(name: string): Promise<string> {
    return await readFile(this.path(name), 'latin1');
  }

  /** The files that exist, without the token store. */
  async files(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => name !== 'state').sort();
  }
}

function onBench(server: string, work: (bench: Bench) => Promise<void>): Promise<void> {
  return withFolder((folder) => work(new Bench(server, folder)));
}

const ascending = 'in ascending order';
/** Comes after the first calls have been written, and before the last: a month has some 500, 20 to a page. */
const interrupted = { kind: 'interrupt', request: 25 } as const;
const filter = ['--from-number', '17325550100'];

/** Ends early again and again, each time in another way, then is resumed to the end. */
async function exportThroughTroubles(
  bench: Bench,
  out: string,
  args: readonly string[],
  met: readonly Trouble[],
): Promise<Outcome> {
  const expected: Record<Trouble['kind'], number> = { interrupt: 130, gone: 1, refused: 3, hide: 4 };
  for (const trouble of met) {
    const outcome = await bench.export(out, [...args, '--resume'], trouble);
    if (outcome.exitCode === 0) return outcome;
    expect(outcome.exitCode).toBe(expected[trouble.kind]);
    const files = (await bench.files()).filter((name) => name.startsWith(out));
    expect([[], [`${out}.partial`]]).toContainEqual(files);
    expect(outcome.stderr.includes('To continue: vbc-reports export')).toBe(files.length > 0);
  }
  return await bench.export(out, [...args, '--resume']);
}

describe('an export that ended early and was resumed', () => {
  it('is the same file, byte for byte, as one that never ended early', async () => {
    const how = fc.record({
      server: fc.constantFrom(...Object.keys(servers)),
      out: fc.constantFrom('calls.csv', 'calls.ndjson', 'calls.csv.gz'),
      pageSize: fc.constantFrom(20, 50, 200),
      more: fc.constantFrom([], ['--local-times'], ['--keep-formulas']),
    });
    const met = fc.array(troubles, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(how, met, async ({ server, out, pageSize, more }, met) => {
        await onBench(server, async (bench) => {
          const args = ['--tz', 'America/New_York', '--page-size', String(pageSize), ...more];
          const whole = `whole-${out}`;
          expect((await bench.export(whole, args)).exitCode).toBe(0);
          const { exitCode } = await exportThroughTroubles(bench, out, args, met);
          expect(exitCode).toBe(0);
          expect(await bench.read(out)).toBe(await bench.read(whole));
          expect(await bench.files()).toEqual([out, whole]);
        });
      }),
      { numRuns: draws(5, 60) },
    );
  });

  it('may have had calls missing in the middle: exit code 4, each window listed, and only those read again', async () => {
    await onBench(ascending, async (bench) => {
      await bench.export('whole.csv', []);
      const { exitCode, stderr } = await bench.export('calls.csv', ['--page-size', '20'], {
        kind: 'hide',
        digits: '7a',
      });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/^error: Calls are missing .*calls are kept in \S+calls\.csv\.partial\.\n/);
      const resumed = await bench.export('calls.csv', ['--page-size', '20', '--resume']);
      const [, calls, earlier] = /^([\d,]+) calls .*, ([\d,]+) of them/.exec(resumed.stderr) ?? [];
      expect(Number(earlier)).toBeGreaterThan(Number(calls) / 2);
      expect(await bench.read('calls.csv')).toBe(await bench.read('whole.csv'));
    });
  });
});

describe('an export from a server whose first total was too high', () => {
  /** States more calls than there are in the first response for calls. */
  function overstatingFetch(): FetchLike {
    let stated = false;
    return async (url, init) => {
      const response = await fetch(url, init);
      if (stated || !url.includes('/call-logs')) return response;
      stated = true;
      const page = (await response.json()) as { total_items: number };
      return Response.json({ ...page, total_items: page.total_items + 3 });
    };
  }

  it('is incomplete, and the resumed one reads again all that the total was stated for', async () => {
    await onBench(ascending, async (bench) => {
      await bench.export('whole.csv', []);
      const { exitCode, stderr } = await bench.exportWith(overstatingFetch(), 'calls.csv', ['--page-size', '20']);
      expect(exitCode).toBe(4);
      expect(stderr).toContain('Calls are missing from 2025-03-01T00:00:00.000Z to 2025-04-01T00:00:00.000Z');
      const resumed = await bench.export('calls.csv', ['--page-size', '20', '--resume']);
      expect(resumed.exitCode).toBe(0);
      expect(resumed.stderr).not.toContain('by an earlier run');
      expect(await bench.read('calls.csv')).toBe(await bench.read('whole.csv'));
      expect(await bench.files()).toEqual(['calls.csv', 'whole.csv']);
    });
  });
});

describe('the state that an interrupted export leaves', () => {
  it('is nothing if no call was written', async () => {
    await onBench(ascending, async (bench) => {
      const { stderr } = await bench.export('calls.csv', [], { kind: 'interrupt', request: 1 });
      expect(stderr).toBe('error: Interrupted; the export is not complete.\n');
      expect(await bench.files()).toEqual([]);
    });
  });

  it('is continued by the command as it was started, also with npx', async () => {
    await onBench(ascending, async (bench) => {
      const interruption = new AbortController();
      const fetch = spoilingFetch(interrupted, () => {
        interruption.abort();
      });
      const io = { signal: interruption.signal, env: { npm_command: 'exec' } };
      const { stderr } = await bench.exportWith(fetch, 'calls.csv', ['--page-size', '20'], io);
      expect(stderr).toContain('To continue: npx vbc-reports export --month 2025-03 ');
    });
  });

  it('is named in one line with the missing part, and a second line has the command that continues', async () => {
    await onBench(ascending, async (bench) => {
      const { stderr } = await bench.export('calls.csv', ['--page-size', '20'], interrupted);
      const [first, second, ...rest] = stderr.split('\n');
      expect(first).toMatch(
        /^error: Interrupted; .* \d+ calls are kept in \S+calls\.csv\.partial; calls from 2025-\S+Z on are missing\.$/,
      );
      expect(second).toBe(
        `To continue: vbc-reports export --month 2025-03 --page-size 20 --out ${bench.path('calls.csv')} --resume`,
      );
      expect(rest).toEqual(['']);
    });
  });

  it('is JSON with --json: the folder, and what is missing', async () => {
    await onBench(ascending, async (bench) => {
      const { stdout } = await bench.export('calls.csv', ['--page-size', '20', '--json'], {
        ...interrupted,
        kind: 'gone',
      });
      expect(JSON.parse(stdout)).toMatchObject({
        status: 'failed',
        exitCode: 1,
        partial: {
          folder: bench.path('calls.csv.partial'),
          calls: expect.any(Number),
        },
        unwritten: [{ from: expect.stringMatching(/^2025-03/), to: '2025-04-01T00:00:00.000Z' }],
      });
    });
  });

  it('names no secret and no value of a filter, neither in the folder nor on the screen', async () => {
    await onBench(ascending, async (bench) => {
      const args = ['--page-size', '2', '--to-number', '1026', '--direction=Inbound'];
      const { stderr } = await bench.export('calls.csv', args, { ...interrupted, request: 10 });
      expect(stderr).toContain(
        `--page-size 2 --to-number '…' --direction=Inbound --out ${bench.path('calls.csv')} --resume (replace … with the earlier values)`,
      );
      const job = await bench.read('calls.csv.partial/job.json');
      for (const secret of ['sandbox-secret', 'sandbox-password', 'jane@', '913874', '1026']) {
        expect(`${job}${stderr}`).not.toContain(secret);
      }
    });
  });

  it('is, of standard output, the command that goes on', async () => {
    await onBench(ascending, async (bench) => {
      const args = ['--page-size', '20', '--format', 'ndjson'];
      const whole = await bench.export('-', args);
      const { stdout, stderr } = await bench.export('-', args, interrupted);
      const from =
        /^To continue: vbc-reports export .*--format ndjson --out - --from (\S+) --to 2025-04-01T00:00:00Z$/m.exec(
          stderr,
        )?.[1] ?? '';
      const rest = whole.stdout.split('\n').filter((line) => line !== '' && startOf(line) >= from);
      expect(stdout + rest.map((line) => `${line}\n`).join('')).toBe(whole.stdout);
      expect(await bench.files()).toEqual([]);
    });
  });

  it.each([1, 3])('is, where its reader got half of write %i, what to remove from it first', async (stuckAt) => {
    await onBench(ascending, async (bench) => {
      const args = ['--page-size', '20', '--format', 'ndjson'];
      const whole = await bench.export('-', args);
      const { stdout, stderr } = await bench.export('-', args, undefined, new RecordingStream({ stuckAt }));
      const [, from = '', to = ''] =
        /^First: remove from the output the calls from (\S+) up to (\S+);/m.exec(stderr) ?? [];
      const [, start = ''] = /--format ndjson --out - --from (\S+) --to 2025-04-01T00:00:00Z/.exec(stderr) ?? [];
      const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
      const kept = lines(stdout).filter((line) => isWhole(line) && !(startOf(line) >= from && startOf(line) < to));
      expect([...kept, ...lines(whole.stdout).filter((line) => startOf(line) >= start)]).toEqual(lines(whole.stdout));
    });
  });
});

function isWhole(line: string): boolean {
  return line.endsWith('}');
}

function startOf(line: string): string {
  return `${(JSON.parse(line) as CallLog).start.replace(' ', 'T')}Z`;
}

describe('an export onto a disk that is full', () => {
  it('keeps what was read, and ends in the same file when there is room again', async () => {
    await withFolder(async (folder) => {
      const args = ['export', '--sandbox', '--month', '2025-03', '--page-size', '100', '--quiet'];
      const start = (limit: string, out: string, ...more: string[]): Promise<{ code: number; stderr: string }> => {
        const command = [process.execPath, program, ...args, '--out', join(folder, out), ...more];
        // A file that may not grow beyond 100 blocks fails as a full disk does.
        return promisify(execFile)('sh', ['-c', `${limit} exec "$@"`, 'sh', ...command]).then(
          ({ stderr }) => ({ code: 0, stderr }),
          (error: unknown) => error as { code: number; stderr: string },
        );
      };
      const failed = await start('ulimit -f 100;', 'calls.csv');
      expect(failed.code).toBe(1);
      expect(failed.stderr).toMatch(
        /^error: Cannot write \S+: the file would be too large \(EFBIG\)\. \d+ calls are kept in /,
      );
      expect(await readdir(folder)).toEqual(['calls.csv.partial']);
      expect(await start('', 'calls.csv', '--resume')).toMatchObject({ code: 0 });
      expect(await start('', 'whole.csv')).toMatchObject({ code: 0 });
      expect(await readFile(join(folder, 'calls.csv'), 'utf8')).toBe(await readFile(join(folder, 'whole.csv'), 'utf8'));
      expect((await readdir(folder)).sort()).toEqual(['calls.csv', 'whole.csv']);
    });
  });
});

describe('an export to standard output that is full', () => {
  // Other systems have no such device.
  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux.each(['csv', 'ndjson'])('ends with an error: %s', async (format) => {
    const args = ['export', '--sandbox', '--month', '2025-03', '--format', format, '--out', '-'];
    const command = [process.execPath, program, ...args];
    const failed = promisify(execFile)('sh', ['-c', 'exec "$@" > /dev/full', 'sh', ...command]);
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Cannot write to standard output: the disk is full (ENOSPC).'),
    });
  });
});

describe('--resume', () => {
  /** A folder with a partial export in it. */
  function withPartial(work: (bench: Bench) => Promise<void>): Promise<void> {
    return onBench(ascending, async (bench) => {
      await bench.export('calls.csv', ['--page-size', '20'], interrupted);
      expect(await bench.files()).toEqual(['calls.csv.partial']);
      await work(bench);
    });
  }

  async function refusal(bench: Bench, args: readonly string[], out = 'calls.csv'): Promise<string> {
    const before = await bench.files();
    const { exitCode, stderr } = await bench.export(out, args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(await bench.files()).toEqual(before);
    return stderr;
  }

  it('starts an export where there is nothing to resume', async () => {
    await onBench(ascending, async (bench) => {
      expect((await bench.export('calls.csv', ['--resume'])).exitCode).toBe(0);
      expect(await bench.files()).toEqual(['calls.csv']);
    });
  });

  it('is refused as --resume=only where there is nothing to resume', async () => {
    await onBench(ascending, async (bench) => {
      expect(await refusal(bench, ['--resume=only'])).toContain('There is nothing to resume');
    });
  });

  it('continues as --resume=only where there is something', async () => {
    await withPartial(async (bench) => {
      expect((await bench.export('calls.csv', ['--resume=only'])).stderr).toContain('of them by an earlier run');
    });
  });

  it('is refused with standard output', async () => {
    await onBench(ascending, async (bench) => {
      expect(await refusal(bench, ['--resume'], '-')).toContain('--resume needs a file');
    });
  });

  it.each([
    ['filters', [...filter]],
    ['filters', ['--number', '17325550100']],
    ['filters', ['--result', 'Missed']],
    ['filters', ['--direction', 'Extension']],
    ['format', ['--format', 'ndjson']],
    ['format', ['--excel']],
    ['columns', ['--columns', 'id,start']],
    ['columns', ['--tz', 'UTC', '--local-times']],
    ['range', ['--tz', 'America/New_York']],
    ['formulas', ['--keep-formulas']],
  ])('is refused with other %s: %j', async (difference, args) => {
    await withPartial(async (bench) => {
      const refused = await refusal(bench, ['--resume', ...args]);
      expect(refused).toContain(`belongs to another export: it does not have the same ${difference}`);
    });
  });

  it('has to be requested: kept calls are only discarded with --force', async () => {
    await withPartial(async (bench) => {
      expect(await refusal(bench, [])).toContain('Add --resume to continue it, or --force to start over.');
      expect((await bench.export('calls.csv', ['--force'])).exitCode).toBe(0);
      expect(await bench.files()).toEqual(['calls.csv']);
    });
  });
});
