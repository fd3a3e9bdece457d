import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, watch } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RequestRecord, startSandbox } from '../../../src/sandbox.ts';
import { bundleProgram, environmentOf, withFolder } from './run.ts';

/** Made in a tenth of the time that a year takes. */
const onlyMarch = { from: '2025-03-01', to: '2025-04-01', now: '2025-05-01', calls: 600 };
const march = ['export', '--month', '2025-03'];

let programFolder: string;
let program: string;

beforeAll(async () => {
  programFolder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  program = await bundleProgram(programFolder);
});

afterAll(async () => {
  await rm(programFolder, { recursive: true });
});

/** More than the head of a CSV file. */
const rowsBytes = 1_000;

/** Resolves when the export into the folder has written its first rows. */
async function somethingWritten(folder: string): Promise<void> {
  for await (const { filename } of watch(folder)) {
    if (filename?.endsWith('.partial')) break;
  }
  const partial = join(folder, 'calls.csv.partial');
  for await (const { filename } of watch(partial)) {
    if (filename === 'segment.tmp' && (await stat(join(partial, filename))).size > rowsBytes) return;
  }
}

interface Run {
  readonly ended: Promise<Ended>;
  /** Resolves once standard error holds the words. */
  said(words: string): Promise<void>;
}

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess & Run {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, stderr }));
  const said = async (words: string): Promise<void> => {
    while (!stderr.includes(words)) await once(child.stderr, 'data');
  };
  return Object.assign(child, { ended, said });
}

interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

describe('the command as a process', () => {
  it('exports a month of the sandbox in one line', async () => {
    await withFolder(async (folder) => {
      const out = join(folder, 'calls.csv');
      const { exitCode, stderr } = await start(['export', '--sandbox', '--month', '2025-03', '--out', out]).ended;
      expect(stderr).toContain(`calls written to ${out}.`);
      expect(exitCode).toBe(0);
      expect(await readdir(folder)).toEqual(['calls.csv']);
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends cleanly on %s before a call is written: exit code 130, one line, no file',
    async (signal) => {
      await withFolder(async (folder) => {
        const requests = new EventEmitter();
        await using sandbox = await startSandbox({
          ...onlyMarch,
          faults: [{ fault: 'server-error' }, { fault: 'stall', times: Infinity }],
          onRequest: ({ endpoint }) => requests.emit(endpoint),
        });
        const child = start(
          [...march, '--out', join(folder, 'calls.csv')],
          environmentOf(sandbox, join(folder, 'state')),
        );
        await once(requests, 'call-logs');
        child.kill(signal);
        expect(await child.ended).toEqual({
          exitCode: 130,
          stderr: 'error: Interrupted; the export is not complete.\n',
        });
        expect(await readdir(folder)).toEqual(['state']);
      });
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'keeps what was written on %s, and ends in the same file with --resume',
    async (signal) => {
      await withFolder(async (folder) => {
        const faults = [{ fault: 'stall', after: 25, times: Infinity } as const];
        await using sandbox = await startSandbox({ ...onlyMarch, faults });
        const env = environmentOf(sandbox, join(folder, 'state'));
        const [out, whole] = [join(folder, 'calls.csv'), join(folder, 'whole.csv')];

        const interrupted = start([...march, '--page-size', '20', '--out', out], env);
        await somethingWritten(folder);
        interrupted.kill(signal);
        const { exitCode, stderr } = await interrupted.ended;
        expect(stderr).toMatch(/^error: Interrupted; .* are missing\.\nTo continue: vbc-reports export .* --resume\n$/);
        expect(exitCode).toBe(130);
        expect((await readdir(folder)).sort()).toEqual(['calls.csv.partial', 'state']);

        sandbox.faults.clear();
        const resumed = await start([...march, '--page-size', '20', '--out', out, '--resume'], env).ended;
        expect(resumed.exitCode).toBe(0);
        await start([...march, '--out', whole], env).ended;
        expect(await readFile(out, 'utf8')).toBe(await readFile(whole, 'utf8'));
        expect((await readdir(folder)).sort()).toEqual(['calls.csv', 'state', 'whole.csv']);
      });
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends a sync that stays on %s, between two runs and in a run, and leaves a store that the next run completes',
    async (signal) => {
      await withFolder(async (folder) => {
        const requests = new EventEmitter();
        const onRequest = ({ endpoint }: RequestRecord): boolean => requests.emit(endpoint);
        await using sandbox = await startSandbox({ ...onlyMarch, calls: 1_000, onRequest });
        const env = environmentOf(sandbox, join(folder, 'state'));
        const args = ['sync', '--to', join(folder, 'calls.duckdb'), '--page-size', '50', '--every', '1h'];
        const inRun = start(args, env);
        for (let request = 0; request < 6; request += 1) await once(requests, 'call-logs');
        inRun.kill(signal);
        const interrupted = await inRun.ended;
        expect(interrupted.exitCode).toBe(130);
        expect(interrupted.stderr).toContain(
          'error: Interrupted; what was written is kept, and the next run continues.\n',
        );

        const waiting = start(args, env);
        await waiting.said('Next run at ');
        waiting.kill(signal);
        const { exitCode, stderr } = await waiting.ended;
        expect(exitCode).toBe(0);
        expect(stderr).toContain('calls.duckdb is up to date: 1,000 calls');
        expect(stderr).toMatch(/Stopped after 1 run, none of them without success\.\n$/);
        expect((await readdir(folder)).sort()).toEqual(['calls.duckdb', 'state']);
      });
    },
  );

  /** A token endpoint that answers when it is told to, if ever. */
  async function slowTokenEndpoint() {
    const events = new EventEmitter();
    let answer: () => void = () => undefined;
    let requests = 0;
    const server = createServer((request, response) => {
      requests += 1;
      answer = () => {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end('{"error":"invalid_grant"}');
      };
      request.resume().once('end', () => events.emit('login'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      login: () => once(events, 'login'),
      refuse: () => {
        answer();
      },
      requests: () => requests,
      [Symbol.dispose]: () => {
        server.closeAllConnections();
        server.close();
      },
    };
  }

  it('remembers on Ctrl-C that the login under way is refused, so that the next run makes none', async () => {
    await withFolder(async (folder) => {
      using endpoint = await slowTokenEndpoint();
      await using sandbox = await startSandbox(onlyMarch);
      const env = { ...environmentOf(sandbox, join(folder, 'state')), VBC_TOKEN_URL: endpoint.url };
      const args = [...march, '--out', join(folder, 'calls.csv')];
      const interrupted = start(args, env);
      await endpoint.login();
      interrupted.kill('SIGINT');
      await interrupted.said('Interrupted');
      endpoint.refuse();
      expect((await interrupted.ended).exitCode).toBe(130);
      expect((await start(args, env).ended).exitCode).toBe(3);
      expect(endpoint.requests()).toBe(1);
      expect(await readdir(folder)).toEqual(['state']);
    });
  });

  it('ends at once on a second Ctrl-C, be a login under way or not', async () => {
    await withFolder(async (folder) => {
      using endpoint = await slowTokenEndpoint();
      await using sandbox = await startSandbox(onlyMarch);
      const env = { ...environmentOf(sandbox, join(folder, 'state')), VBC_TOKEN_URL: endpoint.url };
      const child = start([...march, '--out', join(folder, 'calls.csv')], env);
      await endpoint.login();
      child.kill('SIGINT');
      await child.said('Interrupted');
      child.kill('SIGINT');
      expect((await child.ended).exitCode).toBe(130);
    });
  });

  it('ends quietly when the reader of its rows goes', async () => {
    const child = start(['export', '--sandbox', '--month', '2025-03', '--out', '-', '--page-size', '10']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await child.ended).toEqual({ exitCode: 0, stderr: '' });
  });

  // Other systems do not say how a file was opened, and have no /dev/full.
  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux.each([
    [
      '>&-',
      ['export', '--sandbox', '--month', '2025-03', '--out', '-'],
      'error: Standard output is closed: give --out a file.\n',
    ],
    ['> /dev/full', ['--help'], 'error: Cannot write to standard output: the disk is full (ENOSPC).\n'],
    [
      '> /dev/full',
      ['doctor', '--sandbox', '--json', '--quiet'],
      'error: Cannot write to standard output: the disk is full (ENOSPC).\n',
    ],
  ])('fails where its output would be lost: %s %j', async (redirection, args, expected) => {
    const command = [process.execPath, program, ...args];
    const child = spawn('sh', ['-c', `exec "$@" ${redirection}`, 'sh', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    const [exitCode] = (await once(child, 'close')) as [number];
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expected });
  });

  onLinux('may send its rows to /dev/null', async () => {
    const command = [process.execPath, program, 'export', '--sandbox'];
    const args = [...command, '--day', '2025-03-04', '--out', '-'];
    const [exitCode] = (await once(spawn('sh', ['-c', 'exec "$@" > /dev/null', 'sh', ...args]), 'close')) as [number];
    expect(exitCode).toBe(0);
  });

  it.each([
    [2, ['export', '--sandbox', '--month', '2025-13', '--out', 'x.csv']],
    [1, ['export', '--sandbox', '--month', '2025-03', '--out', '/nowhere/x.csv']],
    [0, ['--version']],
  ])('ends with exit code %i: %j', async (expected, args) => {
    const child = start(args);
    child.stdout?.resume();
    expect((await child.ended).exitCode).toBe(expected);
  });

  it('serves a sandbox until Ctrl-C', async () => {
    const child = start(['sandbox']);
    await once(child.stdout ?? child, 'data');
    child.kill('SIGINT');
    const { exitCode, stderr } = await child.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Serving until Ctrl-C.');
  });
});
