import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { CheckFailure, type Check, type PackageUnderTest } from './check.ts';
import { developmentCommand } from './development-command.ts';
import { runNode, type CommandResult } from './run-command.ts';

const remedy = (folder: string): string => `The program that failed is in test/package/consumers/${folder}.`;

export const checkEsm: Check = {
  name: 'ESM',
  run: (subject) => runProgram(subject, 'esm', (folder) => runNode(['main.mjs'], folder)),
};

export const checkCommonJs: Check = {
  name: 'CommonJS',
  run: (subject) => runProgram(subject, 'commonjs', (folder) => runNode(['main.cjs'], folder)),
};

export const checkJest: Check = {
  name: 'jest, CommonJS',
  run: (subject) =>
    runProgram(subject, 'jest-commonjs', (folder) => {
      // The repository's jest: a second one would be most of the install.
      const args = [developmentCommand('jest', 'jest'), '--rootDir', folder];
      return runNode(args, folder);
    }),
};

async function runProgram(
  { root, consumer }: PackageUnderTest,
  name: string,
  run: (folder: string) => Promise<CommandResult>,
): Promise<string> {
  const folder = join(consumer, name);
  await cp(join(root, 'test/package/consumers', name), folder, { recursive: true });
  const { exitCode, output } = await run(folder);
  if (exitCode !== 0) throw new CheckFailure(output, remedy(name));
  return summaryOf(output);
}

/** A program's last line; of jest's report, the line that counts the tests. */
function summaryOf(output: string): string {
  const lines = output.split('\n');
  return lines.find((line) => line.startsWith('Tests:'))?.replace(/^Tests: +/, '') ?? lines.at(-1) ?? '';
}
