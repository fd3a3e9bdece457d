import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program and returns what it wrote to stdout; throws when it fails. */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string>;

const largestOutputBytes = 64 * 1024 * 1024;

export function runIn(folder: string): RunCommand {
  return async (command, args) => {
    const options = { cwd: folder, maxBuffer: largestOutputBytes };
    const { stdout } = await promisify(execFile)(command, [...args], options);
    return stdout;
  };
}
