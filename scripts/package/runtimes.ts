import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

import type * as sandboxEntry from '../../src/sandbox.ts';
import { CheckFailure, type Check, type PackageUnderTest } from './check.ts';
import { plainOutput, runCommand } from './commands.ts';
import { copyProgram } from './programs.ts';

/** The arguments of the programs in test/package/consumers/runtimes. */
interface Input {
  readonly settings: object;
  readonly range: { readonly from: string; readonly to: string };
}

const remedy = 'The programs are in test/package/consumers/runtimes, the versions in test/package/runtimes.';

/** Concurrent readings on Workers. More than the client's default of concurrent requests, so that some have to wait. */
const readers = 6;

/** A runtime cancels a request that can never end; this ends one that it forgets. */
const longestReadingMs = 60_000;

/** Deno reads calls from the sandbox. */
export const checkDeno = checkReading('Deno', '@deno', ['deno'], ['run', '--allow-net', '--node-modules-dir=manual']);

/** Bun reads calls from the sandbox. */
export const checkBun = checkReading('Bun', '@oven', ['bin', 'bun'], ['run']);

function checkReading(name: string, scope: string, path: readonly string[], args: readonly string[]): Check {
  return {
    name,
    run: (subject) =>
      withSandbox(subject, async (input) => {
        const folder = await copyProgram(subject, 'runtimes');
        const binary = await runtimeBinary(subject, scope, path);
        const { exitCode, output } = await runCommand(binary, [...args, 'read.mjs', JSON.stringify(input)], folder);
        const lastLine = output.split('\n').at(-1) ?? '';
        const calls = exitCode === 0 ? callsIn(lastLine) : 0;
        if (calls > 0) return `read ${calls} calls from the sandbox`;
        throw new CheckFailure(output, remedy);
      }),
  };
}

/** On Workers, concurrent requests share a client at module scope; none waits for another's timer or connection. */
export const checkWorkers: Check = {
  name: 'Workers',
  run: (subject) =>
    withSandbox(subject, async (input) => {
      const folder = await copyProgram(subject, 'runtimes');
      await bundleWorker(folder, input);
      const binary = await runtimeBinary(subject, '@cloudflare', ['bin', 'workerd']);
      const { workerd, url, output } = await startWorkerd(binary, folder);
      try {
        const rounds = [await readAtOnce(url, output), await readAtOnce(url, output)];
        return `${rounds.length} × ${readers} concurrent readings of ${rounds.join(' and ')} calls with one client`;
      } finally {
        await stop(workerd);
      }
    }),
};

async function bundleWorker(folder: string, input: Input): Promise<void> {
  await build({
    entryPoints: [join(folder, 'worker.mjs')],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['workerd', 'import'],
    define: { INPUT: JSON.stringify(input) },
    logLevel: 'silent',
  });
}

/** Sends concurrent requests to the Worker, and returns the number of calls that every one of them read. */
async function readAtOnce(url: string, output: readonly string[]): Promise<number> {
  const readings = await Promise.all(Array.from({ length: readers }, () => readOnce(url)));
  const [{ calls } = { calls: 0 }] = readings;
  if (calls > 0 && readings.every((reading) => reading.calls === calls)) return calls;
  const found = readings.map((reading) => reading.problem ?? `${reading.calls} calls`);
  throw new CheckFailure([`the readings gave: ${found.join(', ')}`, ...new Set(output)].join('\n'), remedy);
}

async function readOnce(url: string): Promise<{ calls: number; problem?: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(longestReadingMs) });
    const body = await response.text();
    return response.ok ? { calls: callsIn(body) } : { calls: 0, problem: `status ${response.status}` };
  } catch (error) {
    return { calls: 0, problem: String(error) };
  }
}

function callsIn(json: string): number {
  return (JSON.parse(json) as { calls: number }).calls;
}

async function startWorkerd(binary: string, folder: string) {
  const args = ['serve', 'worker.capnp', '--control-fd=3'];
  const env = { ...process.env, ...plainOutput };
  const workerd = spawn(binary, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [workerd.stdout, workerd.stderr]) {
    stream?.on('data', (chunk: Buffer) => output.push(chunk.toString().trim()));
  }
  const url = await Promise.race([listening(workerd), once(workerd, 'exit').then(() => undefined)]);
  if (url === undefined) throw new CheckFailure(output.join('\n'), remedy);
  return { workerd, url, output };
}

/** Returns the address that workerd reports on its control stream. */
async function listening(workerd: ChildProcess): Promise<string | undefined> {
  const control = workerd.stdio[3];
  if (control === null || control === undefined || !('read' in control)) return undefined;
  const [line] = (await once(createInterface({ input: control }), 'line')) as [string];
  return `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}/`;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/** Returns the program inside the package of this platform: without an install script it is linked from nowhere. */
async function runtimeBinary({ runtimes }: PackageUnderTest, scope: string, path: readonly string[]): Promise<string> {
  const folder = join(runtimes, 'node_modules', scope);
  const [platform] = await readdir(folder);
  if (platform === undefined) throw new CheckFailure(`${scope} has no package for this platform`, remedy);
  return join(folder, platform, ...path) + (process.platform === 'win32' ? '.exe' : '');
}

/** Runs a check with a sandbox of the installed package. */
async function withSandbox(subject: PackageUnderTest, run: (input: Input) => Promise<string>): Promise<string> {
  const file = join(subject.consumer, 'node_modules/vbc-reports/dist/sandbox.js');
  const { startSandbox } = (await import(pathToFileURL(file).href)) as typeof sandboxEntry;
  const sandbox = await startSandbox();
  try {
    return await run(inputFor(sandbox));
  } finally {
    await sandbox.stop();
  }
}

function inputFor({ accountId, baseUrl, tokenUrl, credentials }: sandboxEntry.Sandbox): Input {
  // The sandbox holds the calls of last year, whichever year it is.
  const year = new Date().getUTCFullYear() - 1;
  const settings = { accountId, baseUrl, tokenUrl, auth: credentials };
  return { settings, range: { from: `${year}-01-01`, to: `${year}-02-01` } };
}
