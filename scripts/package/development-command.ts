import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  bin?: string | Record<string, string>;
}

/** The file behind a command of a development dependency, so that it runs without a shell on every platform. */
export function developmentCommand(packageName: string, command: string): string {
  const folder = join(import.meta.dirname, '../../node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const file = typeof bin === 'string' ? bin : bin?.[command];
  if (file === undefined) throw new Error(`${packageName} has no command ${command}`);
  return join(folder, file);
}
