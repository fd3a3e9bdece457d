import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../src/sandbox/index.ts';
import { environmentOf, withFolder } from './run.ts';

const timeoutMs = 30_000;

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess & { ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stderr)]).then(([[exitCode], stderr]) => ({
    exitCode: exitCode as number | null,
    stderr,
  }));
  return Object.assign(child, { ended });
}

interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

describe('the command as a process', () => {
  it(
    'exports a month of the sandbox in one line',
    async () => {
      await withFolder(async (folder) => {
        const out = join(folder, 'calls.csv');
        const { exitCode, stderr } = await start(['export', '--sandbox', '--month', '2025-03', '--out', out]).ended;
        expect(stderr).toContain(`calls written to ${out}.`);
        expect(exitCode).toBe(0);
        expect(await readdir(folder)).toEqual(['calls.csv']);
      });
    },
    timeoutMs,
  );

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends cleanly on %s: exit code 130, one line, no file',
    async (signal) => {
      await withFolder(async (folder) => {
        const requests = new EventEmitter();
        const sandbox = await startSandbox({
          from: '2025-01-01',
          to: '2026-01-01',
          faults: [{ fault: 'stall', page: 2 }],
          onRequest: ({ page }) => requests.emit(`page ${String(page)}`),
        });
        const args = ['export', '--month', '2025-03', '--out', join(folder, 'calls.csv'), '--page-size', '100'];
        const child = start(args, environmentOf(sandbox, join(folder, 'state')));
        await once(requests, 'page 1');
        child.kill(signal);
        const { exitCode, stderr } = await child.ended;
        await sandbox.stop();
        expect({ exitCode, stderr }).toEqual({
          exitCode: 130,
          stderr: 'error: Interrupted; the export is not complete.\n',
        });
        expect(await readdir(folder)).toEqual(['state']);
      });
    },
    timeoutMs,
  );

  it(
    'ends quietly when the reader of its rows goes',
    async () => {
      const child = start(['export', '--sandbox', '--month', '2025-03', '--out', '-', '--page-size', '10']);
      child.stdout?.once('data', () => child.stdout?.destroy());
      expect(await child.ended).toEqual({ exitCode: 0, stderr: '' });
    },
    timeoutMs,
  );

  it.each([
    [2, ['export', '--sandbox', '--month', '2025-13', '--out', 'x.csv']],
    [1, ['export', '--sandbox', '--month', '2025-03', '--out', '/nowhere/x.csv']],
    [0, ['--version']],
  ])(
    'ends with exit code %i: %j',
    async (expected, args) => {
      const child = start(args);
      child.stdout?.resume();
      expect((await child.ended).exitCode).toBe(expected);
    },
    timeoutMs,
  );

  it(
    'serves a sandbox until Ctrl-C',
    async () => {
      const child = start(['sandbox']);
      await once(child.stdout ?? child, 'data');
      child.kill('SIGINT');
      const { exitCode, stderr } = await child.ended;
      expect(exitCode).toBe(0);
      expect(stderr).toContain('Serving until Ctrl-C.');
    },
    timeoutMs,
  );
});
