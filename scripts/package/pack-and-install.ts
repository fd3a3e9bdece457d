import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { PackageUnderTest } from './check.ts';
import { runCommand } from './run-command.ts';

/** Builds, packs and installs the package in an empty project below `workFolder`. */
export async function packAndInstall(root: string, workFolder: string): Promise<PackageUnderTest> {
  await npm(['run', 'build'], root);
  const tarball = join(workFolder, await pack(root, workFolder));

  const consumer = join(workFolder, 'consumer');
  await mkdir(consumer);
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  await npm(['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', tarball], consumer);
  return { root, tarball, consumer };
}

async function pack(root: string, folder: string): Promise<string> {
  const output = await npm(['pack', '--silent', '--pack-destination', folder], root);
  const name = output.split('\n').find((line) => line.endsWith('.tgz'));
  if (name === undefined) throw new Error(`npm pack named no tarball:\n${output}`);
  return name;
}

async function npm(args: string[], folder: string): Promise<string> {
  const { exitCode, output } = await runCommand('npm', args, folder);
  if (exitCode !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`);
  return output;
}
