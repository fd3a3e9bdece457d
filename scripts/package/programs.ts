import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CheckFailure, type Check, type PackageUnderTest } from './check.ts';
import { developmentCommand, runNode, type CommandResult } from './commands.ts';

/** An ES module imports every entry. */
export const checkEsm: Check = {
  name: 'ESM',
  run: (subject) => runProgram(subject, 'esm', (folder) => runNode(['main.mjs'], folder)),
};

/** A CommonJS module requires every entry. */
export const checkCommonJs: Check = {
  name: 'CommonJS',
  run: (subject) => runProgram(subject, 'commonjs', (folder) => runNode(['main.cjs'], folder)),
};

/** A test of a CommonJS project runs under jest, whose modules have no `import()`. */
export const checkJest: Check = {
  name: 'jest, CommonJS',
  async run(subject) {
    // The repository's jest: a second one would be most of the install.
    const jest = await developmentCommand(subject.root, 'jest', 'jest');
    return runProgram(subject, 'jest-commonjs', (folder) => runNode([jest, '--rootDir', folder], folder));
  },
};

async function runProgram(
  subject: PackageUnderTest,
  name: string,
  run: (folder: string) => Promise<CommandResult>,
): Promise<string> {
  const { exitCode, output } = await run(await copyProgram(subject, name));
  if (exitCode === 0) return summaryOf(output);
  throw new CheckFailure(output, `The program that failed is in test/package/consumers/${name}.`);
}

/** Copies a program of test/package/consumers/ beside the installed package and returns its folder. */
export async function copyProgram({ root, consumer }: PackageUnderTest, name: string): Promise<string> {
  const folder = join(consumer, name);
  await cp(join(root, 'test/package/consumers', name), folder, { recursive: true });
  return folder;
}

/** Returns the last line of a program, or of jest's report the line that counts the tests. */
function summaryOf(output: string): string {
  const lines = output.split('\n');
  return lines.find((line) => line.startsWith('Tests:'))?.replace(/^Tests: +/, '') ?? lines.at(-1) ?? '';
}

/** The oldest compiler that is promised to work, the one that builds, and the newest. */
const compilers = ['typescript-5.4', 'typescript', 'typescript-7'];

const projects = ['node16', 'nodenext', 'bundler', 'web-platform'];

/** The published types compile in strict programs, with each module resolution and each compiler. */
export const checkTypes: Check = {
  name: 'TypeScript',
  async run(subject) {
    const folder = await copyProgram(subject, 'types');
    await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
    const nodeTypes = 'node_modules/@types/node';
    await symlink(join(subject.root, nodeTypes), join(folder, nodeTypes), 'junction');
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    const versions = await Promise.all(
      compilers.map(async (compiler) => {
        for (const project of projects) await compile(subject.root, compiler, project, folder);
        return versionOf(subject.root, compiler);
      }),
    );
    return `${versions.join(', ')}, each with ${projects.join(', ')}`;
  },
};

async function compile(root: string, compiler: string, project: string, folder: string): Promise<void> {
  const command = await developmentCommand(root, compiler, 'tsc');
  const args = [command, '--project', `tsconfig.${project}.json`, '--pretty', 'false'];
  const { exitCode, output } = await runNode(args, folder);
  if (exitCode === 0) return;
  throw new CheckFailure(
    `${compiler} on tsconfig.${project}.json:\n${output}`,
    'The programs are in test/package/consumers/types. The published types may use only syntax that the oldest compiler knows.',
  );
}

async function versionOf(root: string, compiler: string): Promise<string> {
  const manifest = await readFile(join(root, 'node_modules', compiler, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The command runs where only production dependencies are installed, and exports calls of the sandbox. */
export const checkCommandLine: Check = {
  name: 'command line',
  async run({ consumer }) {
    const command = join(consumer, 'node_modules/vbc-reports/dist/cli.js');
    // The sandbox holds the calls of last year, whichever year it is.
    const month = `${new Date().getUTCFullYear() - 1}-01`;
    const args = ['export', '--sandbox', '--month', month, '--out', 'calls.csv'];
    const { exitCode, output } = await runNode([command, ...args], consumer);
    if (exitCode !== 0) {
      throw new CheckFailure(
        `vbc-reports ${args.join(' ')} ended with ${exitCode}:\n${output}`,
        'A module that is missing here belongs in `onlyBundle` of tsdown.config.ts.',
      );
    }
    await requireHint(command, consumer);
    await requireReport(command, ['--sandbox', '--month', month], consumer);
    const lines = (await readFile(join(consumer, 'calls.csv'), 'utf8')).trim().split('\n');
    if (lines.length > 1) return `exported ${lines.length} lines from the sandbox, and drew them`;
    throw new CheckFailure('vbc-reports exported no calls from the sandbox', 'Run `npm run demo` to see why.');
  },
};

/** Without the driver of a database, the command says in a line what to install. */
async function requireHint(command: string, folder: string): Promise<void> {
  const usage = 2;
  const { exitCode, output } = await runNode([command, 'sync', '--sandbox', '--to', 'calls.duckdb'], folder);
  if (exitCode === usage && /^error: .*npm install @duckdb\/node-api$/.test(output)) return;
  throw new CheckFailure(
    `vbc-reports sync without DuckDB ended with ${exitCode}:\n${output}`,
    'The drivers of databases are loaded by `import()` when a store is opened.',
  );
}

/** The command draws a page with charts. */
async function requireReport(command: string, source: readonly string[], folder: string): Promise<void> {
  const args = ['report', ...source, '--out', 'page.html', '--force'];
  const { exitCode, output } = await runNode([command, ...args], folder);
  if (exitCode === 0 && (await readFile(join(folder, 'page.html'), 'utf8')).includes('<svg')) return;
  throw new CheckFailure(
    `vbc-reports ${args.join(' ')} ended with ${exitCode}:\n${output}`,
    'The charts are in dist/charts.cjs, which tsdown.config.ts makes.',
  );
}

/** Where the drivers of databases are installed, programs of both formats and the command use a store. */
export const checkDrivers: Check = {
  name: 'drivers',
  async run(subject) {
    const folder = await installDrivers(subject);
    const command = join(folder, 'node_modules/vbc-reports/dist/cli.js');
    const outputs: string[] = [];
    for (const args of [['main.mjs'], ['main.cjs'], [command, 'sync', '--sandbox', '--to', 'calls.duckdb']]) {
      const { exitCode, output } = await runNode(args, folder);
      if (exitCode !== 0) throw new CheckFailure(output, 'The programs are in test/package/consumers/drivers.');
      outputs.push(summaryOf(output));
    }
    const month = `${new Date().getUTCFullYear() - 1}-01`;
    await requireReport(command, ['--from-store', 'calls.duckdb', '--month', month], folder);
    return `${outputs[0] ?? ''}; the same from CommonJS and from the command line`;
  },
};

/** Makes a second consumer beside the first, which has the drivers of the repository: DuckDB alone takes 70 MB. */
async function installDrivers({ root, consumer }: PackageUnderTest): Promise<string> {
  const folder = join(consumer, '../drivers');
  await cp(join(root, 'test/package/consumers/drivers'), folder, { recursive: true });
  await cp(join(consumer, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
  for (const driver of ['@duckdb', 'pg', 'pg-copy-streams']) {
    await symlink(join(root, 'node_modules', driver), join(folder, 'node_modules', driver), 'junction');
  }
  return folder;
}
