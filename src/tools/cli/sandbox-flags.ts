import { type Command, Option } from 'commander';
import { type ProfileName, profiles } from '../../sandbox.ts';

/** The flags of `sandbox` as they were typed. */
export interface SandboxFlags {
  readonly port?: string;
  readonly host?: string;
  readonly profile?: ProfileName;
  readonly seed?: string;
  readonly calls?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export function addSandboxFlags(command: Command): Command {
  return command
    .option('--port <number>', 'port to listen on (default: a free one)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this computer alone)')
    .addOption(new Option('--profile <profile>', 'how it behaves (default: gentle)').choices(Object.keys(profiles)))
    .option('--seed <number>', 'what the calls are drawn from (default: 1)')
    .option('--calls <number>', 'how many calls there are (default: 2,000 a month)')
    .option('--json', 'print the settings as JSON')
    .option('--quiet', 'print nothing but the settings and errors');
}
