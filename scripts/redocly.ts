import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const largestOutputBytes = 64 * 1024 * 1024;

/**
 * Runs Redocly's command line and returns what it wrote to stdout. It has no other interface: its packages export
 * neither the overlay nor the comparison.
 *
 * @throws what `execFile` throws when it exits with anything but 0, or takes longer than `timeoutMs` (0: no limit).
 */
export async function redocly(args: readonly string[], timeoutMs = 0): Promise<string> {
  // The package exports no command file, so it is found beside its package.json.
  const packageFile = createRequire(import.meta.url).resolve('@redocly/cli/package.json');
  const command = join(packageFile, '..', 'bin', 'cli.js');
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const options = { env, timeout: timeoutMs, maxBuffer: largestOutputBytes };
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], options);
  return stdout;
}
