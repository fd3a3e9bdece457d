import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that playwright-core can drive as Chromium, the first that is found wins. */
const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Returns the path of the Chromium that `npm run test:browser` drives: `CHROMIUM_PATH`, or else the first one on `PATH`.
 */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.CHROMIUM_PATH !== undefined && env.CHROMIUM_PATH !== '') return env.CHROMIUM_PATH;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find(isExecutable);
}

/**
 * Installs Debian's Chromium with apt-get, as root or through sudo. What apt-get writes is shown only when it fails.
 *
 * @throws Error when the system has no apt-get, or apt-get fails.
 */
export function installBrowser(): void {
  aptGet('update');
  aptGet('install', '--yes', '--no-install-recommends', 'chromium');
}

function aptGet(...args: readonly string[]): void {
  const command = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '--non-interactive', 'apt-get'];
  const [program = 'apt-get', ...rest] = [...command, '-qq', ...args];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync(program, rest, { env, encoding: 'utf8' });
  if (status === 0) return;
  const advice = 'Install Chromium or Chrome yourself, and set CHROMIUM_PATH where it is not on PATH.';
  throw new Error(`${[program, ...rest].join(' ')} failed. ${advice}\n${error?.message ?? stdout + stderr}`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
