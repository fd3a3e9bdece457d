import { describe, expect, it } from '@jest/globals';
import type { CliIo } from '../../../../../src/tools/cli/terminal/reporter.ts';
import type { Outcome } from '../../run.ts';
import { eventsIn, type SyncBench, withBench } from './bench.ts';

const minuteMs = 60_000;

/** The events while the command waits, and the length of each wait. */
interface Waiting {
  readonly onWait?: (wait: number, controller: AbortController) => void;
  /** Interrupts the command in this wait. Default: 3. */
  readonly stopIn?: number;
}

/** Runs `sync --every 5m` on the clock of the sandbox, which a wait moves. Returns the lengths of the waits too. */
async function repeated(
  bench: SyncBench,
  args: readonly string[] = [],
  { onWait = () => undefined, stopIn = 3 }: Waiting = {},
  fetch?: CliIo['fetch'],
): Promise<Outcome & { readonly waitsMs: readonly number[] }> {
  const controller = new AbortController();
  const waitsMs: number[] = [];
  const wait = (delayMs: number, signal: AbortSignal): Promise<void> => {
    waitsMs.push(delayMs);
    bench.sandbox.clock.advance(delayMs);
    onWait(waitsMs.length, controller);
    if (waitsMs.length === stopIn) controller.abort();
    return signal.aborted ? Promise.reject(new Error('aborted')) : Promise.resolve();
  };
  const given = { wait, signal: controller.signal, ...(fetch && { fetch }) };
  return { ...(await bench.sync(['--every', '5m', ...args], given)), waitsMs };
}

describe('sync --every', () => {
  it('runs from start to start until it is interrupted, and says how it went', async () => {
    await withBench(async (bench) => {
      const { exitCode, stderr, waitsMs } = await repeated(bench);
      expect(exitCode).toBe(0);
      expect(waitsMs).toEqual([5 * minuteMs, 5 * minuteMs, 5 * minuteMs]);
      expect(stderr.match(/is up to date/g)?.length).toBe(3);
      expect(stderr).toContain('Next run at 2025-12-10T15:05:00Z.\n');
      expect(stderr).toMatch(/Stopped after 3 runs, none of them without success\.\n$/);
    });
  });

  it('subtracts the time of a run from the wait, and starts at once after a run that took too long', async () => {
    await withBench(async (bench) => {
      const tookMs = [2 * minuteMs, 7 * minuteMs, 0];
      let counts = 0;
      const slow: NonNullable<CliIo['fetch']> = async (url, init) => {
        if (/page_size=1(&|$)/.test(url)) bench.sandbox.clock.advance(tookMs[counts++] ?? 0);
        return await fetch(url, init);
      };
      const { waitsMs } = await repeated(bench, ['--tz', 'UTC'], {}, slow);
      expect(waitsMs).toEqual([3 * minuteMs, 0, 5 * minuteMs]);
    });
  });

  it('reports a failed run, tries the next, and ends with the exit code of the last', async () => {
    await withBench(async (bench) => {
      let isDown = true;
      const failing: NonNullable<CliIo['fetch']> = (url, init) =>
        isDown ? Promise.resolve(new Response('', { status: 404 })) : fetch(url, init);
      const onWait = (wait: number): void => {
        isDown = wait !== 1;
      };
      const failed = await repeated(bench, [], { onWait, stopIn: 3 }, failing);
      expect(failed.exitCode).toBe(1);
      expect(failed.stderr.match(/^error: /gm)?.length).toBe(2);
      expect(failed.stderr).toMatch(/Stopped after 3 runs, 2 of them without success\.\n$/);
      isDown = true;
      const recovered = await repeated(bench, [], { onWait: () => (isDown = false), stopIn: 2 }, failing);
      expect(recovered.exitCode).toBe(0);
    });
  });

  it('ends at once if the settings are wrong', async () => {
    await withBench(async (bench) => {
      const { exitCode, stderr } = await bench.sync(['--every', '5m'], { env: { XDG_STATE_HOME: bench.folder } });
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^error: Not set: VBC_ACCOUNT_ID, [^\n]*\n$/);
    });
  });

  it('writes the current transaction and ends with exit code 130 when it is interrupted in a run', async () => {
    await withBench(async (bench) => {
      const controller = new AbortController();
      const interrupting: NonNullable<CliIo['fetch']> = async (url, init) => {
        const response = await fetch(url, init);
        if (bench.sandbox.requests.length >= 6) controller.abort();
        return response;
      };
      const { exitCode, stderr } = await bench.sync(['--every', '5m', '--page-size', '50'], {
        ...{ signal: controller.signal, fetch: interrupting },
        wait: () => Promise.reject(new Error('there is no next run')),
      });
      expect(exitCode).toBe(130);
      expect(stderr).toBe(
        [
          'error: Interrupted; what was written is kept, and the next run continues.',
          'Stopped after 1 run, 1 of them without success.',
          '',
        ].join('\n'),
      );
      const stored = await bench.stored();
      expect(stored).toBeLessThan(bench.sandbox.calls().length);
      await bench.sync();
      expect(await bench.stored()).toBe(bench.sandbox.calls().length);
    });
  });

  it('reports each run, each wait and the end to programs', async () => {
    await withBench(async (bench) => {
      const events = eventsIn(await repeated(bench, ['--json'], { stopIn: 2 }));
      expect(events.map(({ event }) => event).filter((event) => event !== 'progress')).toEqual([
        ...['account', 'summary', 'waiting'],
        ...['account', 'summary', 'waiting', 'stopped'],
      ]);
      expect(events.at(-1)).toEqual({ event: 'stopped', status: 'done', exitCode: 0, runs: 2, failed: 0 });
    });
  });

  it('rechecks a range as of each run', async () => {
    await withBench(
      async (bench) => {
        const onWait = (): void => {
          const call = bench.sandbox.calls().findLast(({ start }) => start.startsWith('2025-12-09'));
          bench.sandbox.correct(call?.id ?? '', { length: 1, result: 'Voicemail' });
          bench.sandbox.clock.set(new Date('2025-12-10T15:00:00Z'));
        };
        const { stderr } = await repeated(bench, ['--recheck', 'yesterday'], { onWait, stopIn: 2 });
        expect(stderr).toMatch(/changes {2}[\d,]+ added\n[^]*changes {2}(\d+ added, )?1 changed\n/);
      },
      { now: '2025-12-09T22:00:00Z' },
    );
  });
});
