import { Command } from 'commander';
import type { CliIo } from './cli-io.ts';
import { settingsHelp } from './connection-flags.ts';
import { addDoctorFlags, doctorHelp, type DoctorFlags } from './doctor-flags.ts';
import { addExportFlags, type ExportFlags } from './export-flags.ts';
import { addSandboxFlags, type SandboxFlags } from './sandbox-flags.ts';
import { version } from './version.ts';

export interface Actions {
  doctor(flags: DoctorFlags): Promise<void>;
  export(flags: ExportFlags): Promise<void>;
  sandbox(flags: SandboxFlags): Promise<void>;
}

/** The commands and their flags. Parsing throws a `CommanderError` for wrong usage, and after help has been printed. */
export function createProgram(actions: Actions, { stdout }: CliIo): Command {
  const program = new Command('vbc-reports')
    .description('Call logs of Vonage Business Communications: every call, exactly once.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    // Errors are reported where all others are.
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: () => undefined });

  addExportFlags(program.command('export').description('write the calls of a range to a file'))
    .addHelpText('after', settingsHelp)
    .action((flags: ExportFlags) => actions.export(flags));

  addDoctorFlags(program.command('doctor').description('check the set-up step by step, and what the API answers'))
    .addHelpText('after', `${doctorHelp}\n${settingsHelp}`)
    .action((flags: DoctorFlags) => actions.doctor(flags));

  addSandboxFlags(
    program.command('sandbox').description('serve a local stand-in of the API, with invented calls'),
  ).action((flags: SandboxFlags) => actions.sandbox(flags));
  return program;
}
