import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runVersion } from './run-version.ts';
import type { RunCommand } from './run-command.ts';

/** `version`: entries wait to be taken into the changelog. `publish`: the version as it stands is not on npm. */
export type Next = 'version' | 'publish' | 'nothing';

/** Entries come first: what is published should be in the changelog. */
export function decideNext(waitingEntries: number, isPublished: boolean): Next {
  if (waitingEntries > 0) return 'version';
  return isPublished ? 'nothing' : 'publish';
}

/**
 * Does what can be done of a release without the right to write anywhere: puts the patch of the next version, or the
 * checked tarball and its version, into `folder`.
 */
export async function prepareRelease(root: string, folder: string, run: RunCommand): Promise<Next> {
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, string>;
  const entries = await waitingEntries(root);
  const next = decideNext(entries.length, entries.length === 0 && (await isOnNpm(`${name}@${version}`, run)));
  if (next === 'version') {
    await runVersion(root, run);
    await run('git', ['add', '--all', '--', '.changeset', 'CHANGELOG.md', 'package.json', 'package-lock.json']);
    await writeFile(join(folder, 'version.patch'), await run('git', ['diff', '--cached', '--binary']));
  }
  if (next === 'publish') {
    await run('npm', ['run', 'build']);
    await run('npm', ['run', 'check:package']);
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
    await writeFile(join(folder, 'version'), `${version}\n`);
  }
  return next;
}

async function waitingEntries(root: string): Promise<string[]> {
  const files = await readdir(join(root, '.changeset'));
  return files.filter((file) => file.endsWith('.md') && file !== 'README.md');
}

/** @throws where npm gives neither the version nor "not found": a registry that is down has nothing to say about it. */
async function isOnNpm(nameAndVersion: string, run: RunCommand): Promise<boolean> {
  try {
    return (await run('npm', ['view', nameAndVersion, 'version'])).trim() !== '';
  } catch (error) {
    const stderr = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
    if (stderr.includes('E404')) return false;
    throw error;
  }
}
