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
  try {
    await createProgram(actions, io).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const problem = error instanceof CommanderError ? usageProblem(error) : error;
    return problem === undefined ? exitCodes.done : reportFailure(problem, createVoice({}, io));
  }
}
