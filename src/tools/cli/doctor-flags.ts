import { type Command, Option } from 'commander';
import { type ProfileName, profiles } from '../../sandbox.ts';
import { addAccountFlags, type ConnectionFlags } from './connection-flags.ts';

/** The flags of `doctor` as they were typed. */
export interface DoctorFlags extends ConnectionFlags {
  readonly profile?: ProfileName;
  readonly json?: true;
  readonly quiet?: true;
}

export function addDoctorFlags(command: Command): Command {
  return addAccountFlags(command)
    .addOption(
      new Option('--profile <profile>', 'how the stand-in of --sandbox behaves (default: gentle)').choices(
        Object.keys(profiles),
      ),
    )
    .optionsGroup('Output:')
    .option('--page-size <calls>', 'the size that exports will ask for (default: 1000)')
    .option('--json', 'print the report as JSON, on standard output')
    .option('--quiet', 'print nothing but what failed');
}

export const doctorHelp = `
Logs in once at most, and not at all while a stored token is good or the last
login with these credentials was refused. Prints nothing of your calls but names
of fields, types and counts. Differences from the document are no failure.`;
