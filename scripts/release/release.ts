import { execFile } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The messages about the next step of a release. */
export const explainNext = {
  version: 'Next: a pull request that takes the waiting changelog entries into CHANGELOG.md and the version.',
  publish: 'Next: the tarball is published to npm.',
  nothing: 'Next: nothing. No changelog entry waits, and the version is on npm.',
  'address-missing':
    'Nothing is published: the public address of the repository is not decided. Add `repository`, `homepage` and ' +
    '`bugs` to package.json; npm accepts provenance only from the repository that package.json names.',
} as const;

/** A key of {@link explainNext}. */
export type Next = keyof typeof explainNext;

/** Runs a program and returns its standard output. Throws when the program fails. */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string>;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly repository?: unknown;
}

interface Lock {
  readonly version: string;
  readonly packages: Record<string, { readonly version?: string }>;
}

const largestOutputBytes = 64 * 1024 * 1024;

/** Returns a {@link RunCommand} for programs that run in a folder. */
export function runIn(folder: string): RunCommand {
  return async (command, args) => {
    const options = { cwd: folder, maxBuffer: largestOutputBytes };
    const { stdout } = await promisify(execFile)(command, [...args], options);
    return stdout;
  };
}

/** Entries come first: a published version has its changes in the changelog. */
export function decideNext(state: { waitingEntries: number; isPublished: boolean; hasAddress: boolean }): Next {
  if (state.waitingEntries > 0) return 'version';
  if (state.isPublished) return 'nothing';
  return state.hasAddress ? 'publish' : 'address-missing';
}

/**
 * Prepares a release as far as that needs no right to write anywhere: puts the patch of the next version, or the
 * checked tarball and its version, into `folder`.
 */
export async function prepareRelease(root: string, folder: string, run: RunCommand): Promise<Next> {
  const { name, version, repository } = await readManifest(root);
  const waitingEntries = await countWaitingEntries(root);
  const isPublished = waitingEntries === 0 && (await isOnNpm(`${name}@${version}`, run));
  const next = decideNext({ waitingEntries, isPublished, hasAddress: repository !== undefined });
  if (next === 'version') await writePatch(root, folder, run);
  if (next === 'publish') {
    await run('npm', ['run', 'check:package']);
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
    await writeFile(join(folder, 'version'), `${version}\n`);
  }
  return next;
}

/**
 * Takes the waiting changelog entries into CHANGELOG.md and package.json, and the version into the lock file, and
 * returns the version. `npm install` is not used, because it may change other entries (docs/development/dependencies.md).
 */
export async function takeVersion(root: string, run: RunCommand): Promise<string> {
  await run(process.execPath, [join(root, 'node_modules', '@changesets', 'cli', 'bin.js'), 'version']);
  const { version } = await readManifest(root);
  const lockFile = join(root, 'package-lock.json');
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as Lock;
  const packages = { ...lock.packages, '': { ...lock.packages[''], version } };
  await writeFile(lockFile, `${JSON.stringify({ ...lock, version, packages }, null, 2)}\n`);
  return version;
}

async function writePatch(root: string, folder: string, run: RunCommand): Promise<void> {
  await takeVersion(root, run);
  await run('git', ['add', '--all', '--', '.changeset', 'CHANGELOG.md', 'package.json', 'package-lock.json']);
  await writeFile(join(folder, 'version.patch'), await run('git', ['diff', '--cached', '--binary']));
}

async function readManifest(root: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
}

async function countWaitingEntries(root: string): Promise<number> {
  const files = await readdir(join(root, '.changeset'));
  return files.filter((file) => file.endsWith('.md') && file !== 'README.md').length;
}

/** @throws an error if npm returns neither the version nor "not found", for instance while the registry is down */
async function isOnNpm(nameAndVersion: string, run: RunCommand): Promise<boolean> {
  try {
    return (await run('npm', ['view', nameAndVersion, 'version'])).trim() !== '';
  } catch (error) {
    const stderr = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
    if (stderr.includes('E404')) return false;
    throw error;
  }
}
