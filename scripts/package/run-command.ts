import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandResult {
  /** null if a signal ended the program. */
  exitCode: number | null;
  /** What it wrote to standard output and standard error, in the order of arrival. */
  output: string;
}

/** Runs a program to its end. A failing exit code is a result, a program that can't be started an error. */
export async function runCommand(command: string, args: string[], folder: string): Promise<CommandResult> {
  // CI makes some programs write colours into a pipe, and the checks read what they write.
  const env = { ...process.env, NO_COLOR: '1' };
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => void chunks.push(chunk);
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output: Buffer.concat(chunks).toString().trim() };
}

/** Runs a JavaScript file with the Node that runs this one. */
export async function runNode(args: string[], folder: string): Promise<CommandResult> {
  return runCommand(process.execPath, args, folder);
}
