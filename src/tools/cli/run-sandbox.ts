import { once } from 'node:events';
import { formatRequest, type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox.ts';
import type { CliIo } from './cli-io.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { parseNumber } from './parse-number.ts';
import { printable } from './printable.ts';
import { reportFailure } from './report-failure.ts';
import type { SandboxFlags } from './sandbox-flags.ts';
import { createVoice, type Voice } from './voice.ts';

/** The command `sandbox`: serves until it is interrupted, which is how it is meant to end. */
export async function runSandbox(flags: SandboxFlags, io: CliIo): Promise<ExitCode> {
  const voice = createVoice(flags, io);
  try {
    await serve(flags, io, voice);
    return exitCodes.done;
  } catch (error) {
    return reportFailure(error, voice);
  }
}

async function serve(flags: SandboxFlags, io: CliIo, voice: Voice): Promise<void> {
  const sandbox = await startSandbox(sandboxOptions(flags, voice));
  try {
    introduce(sandbox, flags, io, voice);
    if (!io.signal.aborted) await once(io.signal, 'abort');
  } finally {
    await sandbox.stop();
  }
}

function sandboxOptions(flags: SandboxFlags, voice: Voice): SandboxOptions {
  const numbers = {
    port: parseNumber('--port', flags.port),
    seed: parseNumber('--seed', flags.seed),
    calls: parseNumber('--calls', flags.calls),
  };
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    ...(flags.host === undefined ? {} : { host: flags.host }),
    onRequest: (record) => {
      // The path is whatever a client asked for.
      voice.say(`${printable(formatRequest(record))}\n`);
    },
  };
}

function introduce(sandbox: Sandbox, flags: SandboxFlags, { stdout }: CliIo, voice: Voice): void {
  const settings = settingsOf(sandbox);
  if (flags.json) voice.json({ settings });
  voice.say('A local stand-in of the Reports API, not the provider’s service: its calls are invented.\n');
  voice.say('Paste these settings into another terminal, then run vbc-reports there:\n\n');
  if (!flags.json) stdout.write(Object.entries(settings).map(exportLine).join(''));
  voice.say('\nServing until Ctrl-C.\n');
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

function exportLine([name, value]: [string, string]): string {
  return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`;
}
