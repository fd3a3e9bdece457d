import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RunCommand } from './run-command.ts';

interface Lock {
  version: string;
  packages: Record<string, { version?: string }>;
}

/**
 * Takes the waiting changelog entries into CHANGELOG.md and package.json, and the version into the lock file. Not by
 * `npm install`, which would take the chance to change other entries (docs/dependencies.md).
 */
export async function runVersion(root: string, run: RunCommand): Promise<string> {
  await run(process.execPath, [join(root, 'node_modules', '@changesets', 'cli', 'bin.js'), 'version']);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const lockFile = join(root, 'package-lock.json');
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as Lock;
  const packages = { ...lock.packages, '': { ...lock.packages[''], version } };
  await writeFile(lockFile, `${JSON.stringify({ ...lock, version, packages }, null, 2)}\n`);
  return version;
}
