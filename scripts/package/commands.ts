import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The outcome of a program. */
export interface CommandResult {
  /** null if a signal ended the program. */
  readonly exitCode: number | null;
  /** Its standard output and standard error, in the order of arrival. */
  readonly output: string;
}

/** Environment variables that the checks run programs with: CI makes some write colours, and the checks read them. */
export const plainOutput = { NO_COLOR: '1', FORCE_COLOR: undefined, DENO_NO_UPDATE_CHECK: '1' };

/** Runs a program to its end. A failing exit code is a result; a program that cannot be started is an error. */
export async function runCommand(command: string, args: readonly string[], folder: string): Promise<CommandResult> {
  const env = { ...process.env, ...plainOutput };
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => void chunks.push(chunk);
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output: Buffer.concat(chunks).toString().trim() };
}

/** Runs a JavaScript file with the Node that runs this one. */
export async function runNode(args: readonly string[], folder: string): Promise<CommandResult> {
  return runCommand(process.execPath, args, folder);
}

/**
 * Runs npm and returns its output.
 *
 * @throws an error with the output if npm fails
 */
export async function npm(args: readonly string[], folder: string): Promise<string> {
  const { exitCode, output } = await runCommand('npm', args, folder);
  if (exitCode !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`);
  return output;
}

/** Returns the file behind a command of a development dependency, so that it runs without a shell on every platform. */
export async function developmentCommand(root: string, packageName: string, command: string): Promise<string> {
  const folder = join(root, 'node_modules', packageName);
  const manifest = await readFile(join(folder, 'package.json'), 'utf8');
  const { bin } = JSON.parse(manifest) as { bin?: string | Record<string, string> };
  const file = typeof bin === 'string' ? bin : bin?.[command];
  if (file === undefined) throw new Error(`${packageName} has no command ${command}`);
  return join(folder, file);
}
