import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CheckFailure, type Check, type PackageUnderTest } from './check.ts';
import { developmentCommand } from './development-command.ts';
import { runNode } from './run-command.ts';

/** The oldest compiler that is promised to work, the one that builds, and the newest. */
const compilers = ['typescript-5.4', 'typescript', 'typescript-7'];

const projects = ['node16', 'nodenext', 'bundler', 'web-platform'];

/** The published types hold for strict programs in each module resolution and with each compiler. */
export const checkTypes: Check = {
  name: 'TypeScript',
  async run(subject) {
    const folder = await prepare(subject);
    const versions = await Promise.all(
      compilers.map(async (compiler) => {
        for (const project of projects) await compile(compiler, project, folder);
        return versionOf(subject.root, compiler);
      }),
    );
    return `${versions.join(', ')}, each with ${projects.join(', ')}`;
  },
};

async function prepare({ root, consumer }: PackageUnderTest): Promise<string> {
  const folder = join(consumer, 'types');
  await cp(join(root, 'test/package/consumers/types'), folder, { recursive: true });
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
  await symlink(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'), 'junction');
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  return folder;
}

async function compile(compiler: string, project: string, folder: string): Promise<void> {
  const args = [developmentCommand(compiler, 'tsc'), '--project', `tsconfig.${project}.json`, '--pretty', 'false'];
  const { exitCode, output } = await runNode(args, folder);
  if (exitCode === 0) return;
  throw new CheckFailure(
    `${compiler} on tsconfig.${project}.json:\n${output}`,
    'The programs are in test/package/consumers/types. Syntax that is too new for the oldest compiler has to leave the published types.',
  );
}

async function versionOf(root: string, compiler: string): Promise<string> {
  const manifest = await readFile(join(root, 'node_modules', compiler, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
