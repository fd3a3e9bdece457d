import { startSandbox } from '../../sandbox.ts';
import type { CliIo } from './cli-io.ts';
import { connect, type Connection } from './connect.ts';
import type { DoctorFlags } from './doctor-flags.ts';
import { usageError } from './usage-error.ts';

/** The account that the settings name, or a stand-in with the wished profile. Rejects with a `ConfigurationError`. */
export async function connectDoctor(flags: DoctorFlags, io: CliIo): Promise<Connection> {
  if (flags.sandbox) return await connectProfile(flags);
  if (flags.profile === undefined) return await connect(flags, { from: io.now(), to: io.now() }, io);
  throw usageError('--profile goes with --sandbox alone', 'Add --sandbox, or leave --profile out.');
}

/** In this process and in memory: the user's settings and token store stay out of it. */
async function connectProfile({ profile = 'gentle' }: DoctorFlags): Promise<Connection> {
  const sandbox = await startSandbox({ profile });
  const { accountId, credentials, baseUrl, tokenUrl } = sandbox;
  return { options: { accountId, auth: credentials, baseUrl, tokenUrl }, invented: true, close: () => sandbox.stop() };
}
