import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
}

/**
 * Starts a program in so many processes. Each prints a line when it is ready, and a line with its result after it got
 * one on stdin. Lets them all go at the same moment, and returns the results.
 */
export async function runAtOnce(program: string, args: readonly string[], count: number): Promise<string[]> {
  const programs = await Promise.all(Array.from({ length: count }, () => startProgram(program, args)));
  for (const { child } of programs) child.stdin.write('go\n');
  return Promise.all(
    programs.map(async ({ child, lines }) => {
      const line: IteratorResult<string, unknown> = await lines.next();
      if (child.exitCode === null) await once(child, 'exit');
      return String(line.value);
    }),
  );
}

async function startProgram(program: string, args: readonly string[]): Promise<Program> {
  const loader = program.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, program, ...args]);
  child.stderr.pipe(process.stderr);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return { child, lines };
}
