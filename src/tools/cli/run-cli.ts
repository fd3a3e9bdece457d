import { CommanderError } from 'commander';
import type { CliIo } from './cli-io.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { createProgram } from './program.ts';
import { reportFailure } from './report-failure.ts';
import { runDoctor } from './run-doctor.ts';
import { runExport } from './run-export.ts';
import { runSandbox } from './run-sandbox.ts';
import { usageProblem } from './usage-problem.ts';
import { createVoice } from './voice.ts';

/** Runs the command line with its arguments (without node and script); answers with the exit code and never rejects. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const actions = {
    doctor: async (flags: Parameters<typeof runDoctor>[0]) => {
      exitCode = await runDoctor(flags, io);
    },
    export: async (flags: Parameters<typeof runExport>[0]) => {
      exitCode = await runExport(flags, args, io);
    },
    sandbox: async (flags: Parameters<typeof runSandbox>[0]) => {
      exitCode = await runSandbox(flags, io);
    },
  };
  const program = createProgram(actions, io);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const command = program.commands.map((known) => known.name()).find((name) => name === args[0]);
    const problem = error instanceof CommanderError ? usageProblem(error, command) : error;
    if (problem === undefined) return exitCodes.done;
    // The flags could not be read as a whole, and a program that asked for JSON waits for it all the same.
    return reportFailure(problem, createVoice({ json: args.includes('--json') }, io));
  }
}
