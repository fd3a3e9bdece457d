import { Command, CommanderError } from 'commander';
import { addDoctorFlags, type DoctorFlags, doctorHelp, runDoctor } from './commands/doctor.ts';
import { runReport } from './commands/report.ts';
import { addReportFlags, type ReportFlags } from './commands/report-plan.ts';
import { addSandboxFlags, runSandbox, type SandboxFlags } from './commands/sandbox.ts';
import { version } from './connection.ts';
import { addExportFlags, type ExportFlags } from './commands/export-flags.ts';
import { type ExitCode, exitCodes, reportFailure, usageError } from './failure.ts';
import { missingValue, settingsHelp, ValueFlag } from './flags.ts';
import { runExport } from './commands/export.ts';
import { runSync } from './commands/sync/sync.ts';
import { addSyncFlags, type SyncFlags, syncHelp } from './commands/sync/sync-flags.ts';
import { addStatusFlags, runStatus, type StatusFlags, statusHelp } from './commands/worker/status.ts';
import { addWorkerFlags, runWorkerCommand, type WorkerFlags, workerHelp } from './commands/worker/worker.ts';
import { looksLikeUrl } from './store-place.ts';
import { type CliIo, createReporter } from './terminal/reporter.ts';
import { listed } from './terminal/text.ts';

/** Runs the command line with its arguments (without node and script). Returns the exit code and never rejects. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram(args, io, async (command, run) => {
    refuseOperands(command);
    exitCode = await run();
  });
  try {
    await program.parseAsync(withoutHelpCommand(args, program), { from: 'user' });
    return exitCode;
  } catch (error) {
    const problem = error instanceof CommanderError ? usageProblem(error, commandOf(args, program)) : error;
    if (problem === undefined) return exitCodes.done;
    // Not all flags could be read, but a program that asked for JSON still expects it.
    return reportFailure(problem, createReporter({ json: args.includes('--json') }, io));
  }
}

/** The width of help without a terminal, in characters. */
const defaultColumns = 80;

type Perform = (command: Command, run: () => Promise<ExitCode>) => Promise<void>;

/** The commands and their flags. Parsing throws for wrong usage, and a `CommanderError` after help has been printed. */
function createProgram(args: readonly string[], io: CliIo, perform: Perform): Command {
  const program = new Command('vbc-reports')
    .description('Call logs of Vonage Business Communications: every call, exactly once.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    // Errors are reported with all others, in runCli.
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => io.stdout.columns ?? defaultColumns,
    });

  addExportFlags(subcommand(program, 'export', 'write the calls of a range to a file'))
    .addHelpText('after', settingsHelp)
    .action((flags: ExportFlags, command: Command) => perform(command, () => runExport(flags, args, io)));
  addSyncFlags(subcommand(program, 'sync', 'keep the calls of an account, or of several, in a database'))
    .addHelpText('after', `${syncHelp}\n${settingsHelp}`)
    .action((flags: SyncFlags, command: Command) => perform(command, () => runSync(flags, io)));
  addWorkerFlags(subcommand(program, 'worker', 'read many accounts together with workers on other machines'))
    .addHelpText('after', `${workerHelp}\n${settingsHelp}`)
    .action((flags: WorkerFlags, command: Command) => perform(command, () => runWorkerCommand(flags, io)));
  addStatusFlags(subcommand(program, 'status', 'show what workers have done, and what is wrong'))
    .addHelpText('after', statusHelp)
    .action((flags: StatusFlags, command: Command) => perform(command, () => runStatus(flags, io)));
  addReportFlags(subcommand(program, 'report', 'write a report on the calls of a range, as a web page'))
    .addHelpText('after', settingsHelp)
    .action((flags: ReportFlags, command: Command) => perform(command, () => runReport(flags, io)));
  addDoctorFlags(subcommand(program, 'doctor', 'check the set-up step by step, and compare the API with its document'))
    .addHelpText('after', `${doctorHelp}\n${settingsHelp}`)
    .action((flags: DoctorFlags, command: Command) => perform(command, () => runDoctor(flags, io)));
  addSandboxFlags(
    subcommand(program, 'sandbox', 'run a local test server that stands in for the API, with made-up calls'),
  ).action((flags: SandboxFlags, command: Command) => perform(command, () => runSandbox(flags, io)));
  return program;
}

function subcommand(program: Command, name: string, description: string): Command {
  // Operands are refused with a better message than commander's.
  return program.command(name).description(description).allowExcessArguments();
}

function refuseOperands(command: Command): void {
  const [operand] = command.args;
  if (operand === undefined) return;
  throw usageError(`${shown(operand)} is not expected: ${command.name()} takes flags only`, helpOf(command));
}

/** Returns a typed word in quotes. A URL is not shown, because it may hold a password. */
function shown(word: string): string {
  return looksLikeUrl(word) ? 'A URL' : JSON.stringify(word);
}

/** `help` means `--help`, and `help export` means `export --help`. An unknown command is refused whatever follows it. */
function withoutHelpCommand(args: readonly string[], program: Command): readonly string[] {
  const [first, ...rest] = args;
  if (first === undefined || first.startsWith('-')) return args;
  const words = first === 'help' ? rest.filter((word) => !word.startsWith('-')) : [first];
  const [name] = words;
  if (name === undefined) return ['--help'];
  // Given only the word, commander suggests a similar command.
  if (name !== 'help' && commandOf(words, program) === undefined) return [name];
  return first === 'help' ? [...words.slice(0, 1).filter((word) => word !== 'help'), '--help'] : args;
}

function commandOf([name]: readonly string[], program: Command): Command | undefined {
  return program.commands.find((known) => known.name() === name);
}

function helpOf(command: Command | undefined): string {
  return `See vbc-reports ${command === undefined ? '' : `${command.name()} `}--help.`;
}

const secretFlag = /^--(password|client-secret|access-token|token|secret)\b/;

/** The error of wrong arguments, or undefined if help or the version was asked for and printed. */
function usageProblem({ code, message }: CommanderError, command: Command | undefined): Error | undefined {
  const [, typed = ''] = /'([^']*)'/.exec(message) ?? [];
  const meant = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message)?.[1];
  const help = meant === undefined ? helpOf(command) : `Did you mean ${meant.replace(/, ([^,]*)$/, ' or $1')}?`;
  switch (code) {
    case 'commander.helpDisplayed':
    case 'commander.version':
      return undefined;
    case 'commander.help':
      return usageError(
        'The command is missing',
        'Use export, sync, worker, status, report, doctor or sandbox; see vbc-reports --help.',
      );
    case 'commander.unknownCommand':
      return usageError(`${shown(typed)} is not a command`, meant === undefined ? commandsHint : help);
    case 'commander.unknownOption':
      return unknownFlag(typed, command, help);
    case 'commander.optionMissingArgument': {
      const flag = command?.options.find(({ flags }) => flags === typed);
      return missingValue(flag?.long ?? typed, flag instanceof ValueFlag ? flag.example : '…');
    }
    case 'commander.conflictingOption': {
      const [one = '', other = ''] = [...message.matchAll(/--[\w-]+/g)].map(([name]) => name);
      return usageError(`${one} and ${other} cannot be used together`, 'Leave one of them out.');
    }
    default:
      return usageError(
        message
          .replace(/^error: /, '')
          .replace(/\s+/g, ' ')
          .replace(/\.$/, ''),
        help,
      );
  }
}

const commandsHint = `The commands are ${listed(['export', 'sync', 'worker', 'status', 'report', 'doctor', 'sandbox', 'help'], 'and')}.`;

function unknownFlag(typed: string, command: Command | undefined, help: string): Error {
  const name = typed.replace(/=.*$/s, '');
  if (secretFlag.test(name)) {
    const hint = 'Set VBC_CLIENT_SECRET, VBC_PASSWORD or VBC_ACCESS_TOKEN, and change a secret that others could see.';
    return usageError('Secrets are never flags, because other users can see the flags of a process', hint);
  }
  const known = command?.options.some(({ long }) => long === name) ?? false;
  if (known && name !== typed) return usageError(`${name} takes no value`, `Write ${name} alone.`);
  const where = command === undefined ? 'vbc-reports' : command.name();
  return usageError(`${name} is not a flag of ${where}`, help);
}
