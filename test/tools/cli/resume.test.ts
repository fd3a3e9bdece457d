import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallLog } from '../../../src/call-logs/call-log.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox.ts';
import { garbledEnds, spoilingFetch, type Trouble, troubles } from './spoiling-fetch.ts';
import { environmentOf, type Outcome, RecordingStream, run, withFolder } from './run.ts';

const servers: Record<string, NonNullable<SandboxOptions['switches']>> = {
  'in ascending order': {},
  'in descending order, whatever is asked for': { order: 'ignored', defaultOrder: 'desc', tieOrder: 'unstable' },
  'with crowded seconds': { tieRun: 60, largestPageSize: 50 },
  'that refuses to be asked for an order': { order: 'refused', embeddedWhenEmpty: 'absent' },
};

const sandboxes = new Map<string, Sandbox>();

beforeAll(async () => {
  for (const [name, switches] of Object.entries(servers)) {
    sandboxes.set(name, await startSandbox({ from: '2025-01-01', to: '2026-01-01', calls: 6_000, switches }));
  }
});

afterAll(async () => {
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
    const fetch = spoilingFetch(trouble, interrupt);
    stdout.once('stuck', interrupt);
    const env = environmentOf(this.#sandbox, this.path('state'));
    const all = ['export', '--month', '2025-03', ...args, '--out', out === '-' ? out : this.path(out)];
    return await run(all, { env, fetch, stdout, signal: interruption.signal });
  }

  async read(name: string): Promise<string> {
    return await readFile(this.path(name), 'utf8');
  }

  /** What is there, but for the token store. */
  async files(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => name !== 'state').sort();
  }
}

function onBench(server: string, work: (bench: Bench) => Promise<void>): Promise<void> {
  return withFolder((folder) => work(new Bench(server, folder)));
}

const ascending = 'in ascending order';
const filter = ['--from-number', '17325550100'];

/** Ends early again and again, each time in another way, then goes on to the end. */
async function exportThroughTroubles(
  bench: Bench,
  out: string,
  args: readonly string[],
  met: readonly Trouble[],
): Promise<Outcome> {
  const expected: Record<Trouble['kind'], number> = { interrupt: 130, gone: 1, refused: 3, hide: 4, garble: 1 };
  for (const trouble of met) {
    const kept = (await bench.files()).includes(`${out}.partial.json`);
    const outcome = await bench.export(out, kept ? [...args, '--resume'] : args, trouble);
    if (outcome.exitCode === 0) return outcome;
    expect(outcome.exitCode).toBe(expected[trouble.kind]);
    const files = await bench.files();
    expect([[], [`${out}.partial`, `${out}.partial.json`]]).toContainEqual(
      files.filter((name) => name.startsWith(out)),
    );
    expect(outcome.stderr.includes('To go on: vbc-reports export')).toBe(files.includes(`${out}.partial`));
  }
  const kept = (await bench.files()).includes(`${out}.partial.json`);
  return await bench.export(out, kept ? [...args, '--resume'] : args);
}

describe('an export that ended early and was gone on with', () => {
  it('is the same file, byte for byte, as one that never ended early', async () => {
    const how = fc.record({
      server: fc.constantFrom(...Object.keys(servers)),
      out: fc.constantFrom('calls.csv', 'calls.ndjson'),
      pageSize: fc.constantFrom(20, 50, 200),
    });
    // Garbled ends go through unnoticed where nobody reads them.
    const met = fc.oneof(
      fc.record({
        localTimes: fc.constant(true),
        met: fc.array(fc.oneof(troubles, garbledEnds), { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ localTimes: fc.constant(false), met: fc.array(troubles, { minLength: 1, maxLength: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(how, met, async ({ server, out, pageSize }, { localTimes, met }) => {
        await onBench(server, async (bench) => {
          const args = [
            '--tz',
            'America/New_York',
            '--page-size',
            String(pageSize),
            ...(localTimes ? ['--local-times'] : []),
          ];
          const whole = `whole-${out}`;
          expect((await bench.export(whole, args)).exitCode).toBe(0);
          const { exitCode } = await exportThroughTroubles(bench, out, args, met);
          expect(exitCode).toBe(0);
          expect(await bench.read(out)).toBe(await bench.read(whole));
          expect(await bench.files()).toEqual([out, whole]);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('may have had calls missing in the middle: exit code 4, each window listed, and only those read again', async () => {
    await onBench(ascending, async (bench) => {
      await bench.export('whole.csv', []);
      const { exitCode, stderr } = await bench.export('calls.csv', ['--page-size', '50'], {
        kind: 'hide',
        digits: '7a',
      });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/^error: Calls are missing in .*calls are kept in \S+calls\.csv\.partial\.\n/);
      const resumed = await bench.export('calls.csv', ['--page-size', '50', '--resume']);
      expect(resumed.stderr).toMatch(/calls written to \S+, \d+ of them by an earlier run\./);
      const windows = (stderr.match(/^error: Missing:/gm) ?? ['one']).length;
      expect(Number(/work +(\d+) requests?/.exec(resumed.stderr)?.[1])).toBeLessThanOrEqual(windows + 1);
      expect(await bench.read('calls.csv')).toBe(await bench.read('whole.csv'));
    });
  });
});

describe('what an export leaves that ends early', () => {
  it('is nothing if no call was written', async () => {
    await onBench(ascending, async (bench) => {
      const { stderr } = await bench.export('calls.csv', [], { kind: 'interrupt', request: 1 });
      expect(stderr).toBe('error: Interrupted; the export is not complete.\n');
      expect(await bench.files()).toEqual([]);
    });
  });

  it('is named in one line with what is missing, and a second line has the command that goes on', async () => {
    await onBench(ascending, async (bench) => {
      const { stderr } = await bench.export('calls.csv', ['--page-size', '50'], { kind: 'interrupt', request: 5 });
      const [first, second, ...rest] = stderr.split('\n');
      expect(first).toMatch(
        /^error: Interrupted; .* \d+ calls are kept in \S+calls\.csv\.partial; those from 2025-\S+Z on are missing\.$/,
      );
      expect(second).toBe(
        `To go on: vbc-reports export --month 2025-03 --page-size 50 --out ${bench.path('calls.csv')} --resume`,
      );
      expect(rest).toEqual(['']);
    });
  });

  it('is JSON with --json: the files, and what is missing', async () => {
    await onBench(ascending, async (bench) => {
      const { stdout } = await bench.export('calls.csv', ['--page-size', '50', '--json'], { kind: 'gone', request: 5 });
      expect(JSON.parse(stdout)).toMatchObject({
        status: 'failed',
        exitCode: 1,
        partial: {
          file: bench.path('calls.csv.partial'),
          note: bench.path('calls.csv.partial.json'),
          calls: expect.any(Number),
        },
        unwritten: [{ from: expect.stringMatching(/^2025-03/), to: '2025-04-01T00:00:00.000Z' }],
      });
    });
  });

  it('is a note without secrets and without the values of filters', async () => {
    await onBench(ascending, async (bench) => {
      const args = ['--page-size', '2', '--to-number', '1026'];
      await bench.export('calls.csv', args, { kind: 'interrupt', request: 3 });
      const note = await bench.read('calls.csv.partial.json');
      for (const secret of ['sandbox-secret', 'sandbox-password', 'jane@', '913874', '"1026"'])
        expect(note).not.toContain(secret);
    });
  });

  it('is, of standard output, the command that goes on', async () => {
    await onBench(ascending, async (bench) => {
      const args = ['--page-size', '50', '--format', 'ndjson'];
      const whole = await bench.export('-', args);
      const { stdout, stderr } = await bench.export('-', args, { kind: 'interrupt', request: 5 });
      const from =
        /^To go on: vbc-reports export .*--format ndjson --out - --from (\S+) --to 2025-04-01T00:00:00Z$/m.exec(
          stderr,
        )?.[1] ?? '';
      const rest = whole.stdout.split('\n').filter((line) => line !== '' && startOf(line) >= from);
      expect(stdout + rest.map((line) => `${line}\n`).join('')).toBe(whole.stdout);
      expect(await bench.files()).toEqual([]);
    });
  });

  it.each([1, 3])('is, where its reader got half of write %i, what to take out of it first', async (stuckAt) => {
    await onBench(ascending, async (bench) => {
      const args = ['--page-size', '50', '--format', 'ndjson'];
      const whole = await bench.export('-', args);
      const { stdout, stderr } = await bench.export('-', args, undefined, new RecordingStream({ stuckAt }));
      const from = /^First: take out of the output what it has of calls from (\S+) on/m.exec(stderr)?.[1] ?? '';
      expect(stderr).toContain(`--format ndjson --out - --from ${from} --to 2025-04-01T00:00:00Z`);
      const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
      const kept = lines(stdout).filter((line) => isWhole(line) && startOf(line) < from);
      expect([...kept, ...lines(whole.stdout).filter((line) => startOf(line) >= from)]).toEqual(lines(whole.stdout));
    });
  });
});

function isWhole(line: string): boolean {
  return line.endsWith('}');
}

function startOf(line: string): string {
  return `${(JSON.parse(line) as CallLog).start.replace(' ', 'T')}Z`;
}

describe('--resume', () => {
  /** A folder with a partial export in it. */
  function withPartial(work: (bench: Bench) => Promise<void>): Promise<void> {
    return onBench(ascending, async (bench) => {
      await bench.export('calls.csv', ['--page-size', '50'], { kind: 'interrupt', request: 5 });
      expect(await bench.files()).toEqual(['calls.csv.partial', 'calls.csv.partial.json']);
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

  it('without anything to resume is refused', async () => {
    await onBench(ascending, async (bench) => {
      expect(await refusal(bench, ['--resume'])).toContain('There is nothing to resume');
    });
  });

  it('of standard output is refused', async () => {
    await onBench(ascending, async (bench) => {
      expect(await refusal(bench, ['--resume'], '-')).toContain('--resume needs a file');
    });
  });

  it.each([
    ['other filters', [...filter]],
    ['another format', ['--format', 'ndjson']],
    ['other local times', ['--tz', 'UTC', '--local-times']],
    ['another range', ['--tz', 'America/New_York']],
    ['another treatment of formulas', ['--keep-formulas']],
  ])('with %s is refused', async (difference, args) => {
    await withPartial(async (bench) => {
      expect(await refusal(bench, ['--resume', ...args])).toContain(`belongs to an export with ${difference}`);
    });
  });

  it.each([
    ['is no JSON', 'x'],
    ['is of another version', '{"version":2}'],
    ['has nothing in it', '{"version":1}'],
    ['is null', 'null'],
  ])('with a note that %s is refused', async (_what, text) => {
    await withPartial(async (bench) => {
      await writeFile(bench.path('calls.csv.partial.json'), text);
      expect(await refusal(bench, ['--resume'])).toContain('is not the note of a partial export');
    });
  });

  it('of a file that was changed since, be it by a byte, is refused', async () => {
    await withPartial(async (bench) => {
      const text = await bench.read('calls.csv.partial');
      await writeFile(bench.path('calls.csv.partial'), text.replace('Inbound', 'inbound'));
      expect(await refusal(bench, ['--resume'])).toContain('not as the export left it');
    });
  });

  it('that brings nothing new leaves what was kept as it was', async () => {
    await withPartial(async (bench) => {
      const before = [await bench.read('calls.csv.partial'), await bench.read('calls.csv.partial.json')];
      const args = ['--page-size', '50', '--resume'];
      const { exitCode, stderr } = await bench.export('calls.csv', args, { kind: 'refused', request: 1 });
      expect(exitCode).toBe(3);
      expect(stderr).toContain('--resume\n');
      expect([await bench.read('calls.csv.partial'), await bench.read('calls.csv.partial.json')]).toEqual(before);
    });
  });

  it('left out, a partial export is not thrown away but with --force', async () => {
    await withPartial(async (bench) => {
      expect(await refusal(bench, [])).toContain('Go on with it with --resume, or begin anew with --force.');
      expect((await bench.export('calls.csv', ['--force'])).exitCode).toBe(0);
      expect(await bench.files()).toEqual(['calls.csv']);
    });
  });
});
