import { once } from 'node:events';
import process from 'node:process';
import { type Command, Option } from 'commander';
import {
  formatRequest,
  type ProfileName,
  profiles,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../../sandbox.ts';
import { type ExitCode, exitCodes, reportFailure } from '../failure.ts';
import { addFlags, ValueFlag } from '../flags.ts';
import { type CliIo, createReporter, type Reporter } from '../terminal/reporter.ts';
import { printable, quoteForShell } from '../terminal/text.ts';

/** The flags of `sandbox`. */
export interface SandboxFlags {
  readonly port?: number;
  readonly host?: string;
  readonly profile?: ProfileName;
  readonly seed?: number;
  readonly calls?: number;
  readonly shell?: ShellName;
  readonly json?: true;
  readonly quiet?: true;
}

type ShellName = keyof typeof assignments;

/** The command with which each shell sets an environment variable for the programs that it starts. */
const assignments = {
  sh: (name: string, value: string) => `export ${name}=${quoteForShell(value)}`,
  powershell: (name: string, value: string) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
  cmd: (name: string, value: string) => `set "${name}=${value}"`,
};

export function addSandboxFlags(command: Command): Command {
  return addFlags(command, {
    'Server:': [
      new ValueFlag('--port <number>', 'port to listen on, 0 for any free one (default: 0)', '8080', {
        number: { whole: true, from: 0, to: 65_535 },
      }),
      new ValueFlag('--host <address>', 'address to listen on (default: 127.0.0.1, this computer only)', '0.0.0.0'),
      profileFlag('how the server behaves: gentle, or hostile with every known fault (default: gentle)'),
    ],
    'Calls:': [
      new ValueFlag('--seed <number>', 'the same seed makes the same calls (default: 1)', '42', {
        number: { whole: true, from: 0, to: 0xffff_ffff },
      }),
      new ValueFlag(
        '--calls <number>',
        'number of calls in the two years around today (default: 2,000 a month)',
        '100000',
        { number: { whole: true, from: 0, to: 20_000_000 } },
      ),
    ],
    'Output:': [
      new ValueFlag(
        '--shell <shell>',
        'print settings for sh, powershell or cmd (default: depends on system)',
        'powershell',
        { allowed: Object.keys(assignments) },
      ),
      new Option('--json', 'print the settings as JSON'),
      new Option('--quiet', 'print nothing but the settings and errors'),
    ],
  });
}

export function profileFlag(description: string): ValueFlag {
  return new ValueFlag('--profile <profile>', description, 'hostile', { allowed: Object.keys(profiles) });
}

/** The command `sandbox`: serves until it is interrupted, which is a success. Returns the exit code. */
export async function runSandbox(flags: SandboxFlags, io: CliIo): Promise<ExitCode> {
  const reporter = createReporter(flags, io);
  try {
    await using sandbox = await startSandbox(sandboxOptions(flags, reporter));
    introduce(sandbox, flags, io, reporter);
    if (!io.signal.aborted) await once(io.signal, 'abort');
    return exitCodes.done;
  } catch (error) {
    return reportFailure(error, reporter);
  }
}

function sandboxOptions({ port, host, profile, seed, calls }: SandboxFlags, reporter: Reporter): SandboxOptions {
  const given = Object.entries({ port, host, profile, seed, calls }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    onRequest: (record) => {
      // The path and the query can hold anything that a program sent.
      reporter.say(`${printable(formatRequest(record))}\n`);
    },
  };
}

function introduce(sandbox: Sandbox, flags: SandboxFlags, { stdout }: CliIo, reporter: Reporter): void {
  const settings = settingsOf(sandbox);
  const { shell = process.platform === 'win32' ? 'powershell' : 'sh' } = flags;
  const assign = assignments[shell];
  if (flags.json) reporter.json({ settings });
  reporter.say(
    "A local test server that stands in for the Reports API. It is not the provider's service: its calls are made up.\n",
  );
  reporter.say(`Paste these settings into another terminal (${shell}), then run vbc-reports there:\n\n`);
  if (!flags.json)
    stdout.write(
      Object.entries(settings)
        .map(([name, value]) => `${assign(name, value)}\n`)
        .join(''),
    );
  reporter.say('\nServing until Ctrl-C.\n');
}

function settingsOf({ accountId, credentials, baseUrl, tokenUrl }: Sandbox): Record<string, string> {
  return {
    VBC_ACCOUNT_ID: accountId,
    VBC_CLIENT_ID: credentials.clientId,
    VBC_CLIENT_SECRET: credentials.clientSecret,
    VBC_USERNAME: credentials.username,
    VBC_PASSWORD: credentials.password,
    VBC_BASE_URL: baseUrl,
    VBC_TOKEN_URL: tokenUrl,
  };
}
