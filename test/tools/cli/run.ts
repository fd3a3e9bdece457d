import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { build } from 'esbuild';
import { runCli } from '../../../src/tools/cli/program.ts';
import type { CliIo } from '../../../src/tools/cli/terminal/reporter.ts';
import type { Sandbox } from '../../../src/sandbox.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Keeps what is written, and emits `written` each time; a terminal if told so. */
export class RecordingStream extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly #chunks: string[] = [];
  readonly #stuckAt: number;

  /** From the write `stuckAt` on (1 is the first) it takes no more than half of a text, and emits `stuck`. */
  constructor({ isTTY = false, columns = 80, stuckAt = Infinity } = {}) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.columns = columns;
    this.#stuckAt = stuckAt;
  }

  override _write(chunk: string, _encoding: BufferEncoding, callback: () => void): void {
    const stuck = this.#chunks.length + 1 >= this.#stuckAt;
    this.#chunks.push(stuck ? chunk.slice(0, chunk.length / 2) : chunk);
    if (stuck) {
      this.emit('stuck');
      return;
    }
    callback();
    this.emit('written');
  }

  get text(): string {
    return this.#chunks.join('');
  }
}

interface Given extends Partial<Omit<CliIo, 'stdout' | 'stderr'>> {
  readonly isTTY?: boolean;
  readonly stdout?: RecordingStream;
}

/** Runs the command line in process; what is not given is as on a quiet machine without settings. */
export async function run(args: readonly string[], given: Given = {}): Promise<Outcome> {
  const stdout = given.stdout ?? new RecordingStream(given);
  const stderr = new RecordingStream(given);
  const env = { LANG: 'C.UTF-8', ...given.env };
  const io = { signal: new AbortController().signal, now: () => new Date(), ...given, env, stdout, stderr };
  const exitCode = await runCli(args, io);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** Bundles the program into files of the folder, which start several times faster than the sources do. Returns the first. */
export async function bundleProgram(folder: string): Promise<string> {
  const root = join(import.meta.dirname, '../../..');
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await build({
    entryPoints: { 'vbc-reports': join(root, 'src/tools/cli/main.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    splitting: true,
    logLevel: 'silent',
  });
  return join(folder, 'vbc-reports.mjs');
}

/** The environment of a user of the sandbox, whose state lies in the folder. */
export function environmentOf(sandbox: Sandbox, stateFolder: string): Record<string, string> {
  return {
    XDG_STATE_HOME: stateFolder,
    VBC_ACCOUNT_ID: sandbox.accountId,
    VBC_CLIENT_ID: sandbox.credentials.clientId,
    VBC_CLIENT_SECRET: sandbox.credentials.clientSecret,
    VBC_USERNAME: sandbox.credentials.username,
    VBC_PASSWORD: sandbox.credentials.password,
    VBC_BASE_URL: sandbox.baseUrl,
    VBC_TOKEN_URL: sandbox.tokenUrl,
  };
}

export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
