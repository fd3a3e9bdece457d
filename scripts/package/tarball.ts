import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';

import { build } from 'esbuild';

import { CheckFailure, type Check, type PackageUnderTest } from './check.ts';
import { developmentCommand, npm, runNode } from './commands.ts';
import { folderOfPackage, namesIn, noticesFile } from './notices.ts';

const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];

/** Builds and packs the package, and installs it and the runtimes that it is tried on in folders below `workFolder`. */
export async function packAndInstall(root: string, workFolder: string): Promise<PackageUnderTest> {
  await npm(['run', 'build'], root);
  const tarball = join(workFolder, await pack(root, workFolder));

  const consumer = join(workFolder, 'consumer');
  await mkdir(consumer);
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  await npm(['install', '--omit=dev', ...quietly, tarball], consumer);

  const runtimes = join(workFolder, 'runtimes');
  await cp(join(root, 'test/package/runtimes'), runtimes, { recursive: true });
  await npm(['ci', ...quietly], runtimes);
  return { root, tarball, consumer, runtimes };
}

async function pack(root: string, folder: string): Promise<string> {
  const output = await npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], root);
  const name = output.split('\n').find((line) => line.endsWith('.tgz'));
  if (name === undefined) throw new Error(`npm pack named no tarball:\n${output}`);
  return name;
}

/** The tarball holds the files that `scripts/package/files.txt` lists, no more and no fewer. */
export function checkFiles({ update }: { update: boolean }): Check {
  return {
    name: 'files',
    async run(subject) {
      const packed = stableFileList(await packedFiles(subject));
      const listFile = join(subject.root, 'scripts/package/files.txt');
      if (update) await writeFile(listFile, `${packed.join('\n')}\n`);
      const listed = (await readFile(listFile, 'utf8')).trim().split('\n');
      const differences = compareFileLists(listed, packed);
      if (differences.length === 0) return `${packed.length}, as scripts/package/files.txt lists`;
      throw new CheckFailure(
        `the tarball is not as scripts/package/files.txt lists:\n${differences.join('\n')}`,
        'If this is intended, run `npm run check:package -- --update-files` and commit the list.',
      );
    },
  };
}

/** Bundlers name a shared chunk by the hash of its content. The list changes only when the package's parts change. */
const contentHash = /-[A-Za-z0-9_-]{8}(?=\.(?:d\.)?[cm]?[jt]s$)/;

/** Returns the files of a tarball as they are listed in the repository: sorted, without content hashes, each once. */
export function stableFileList(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.replace(contentHash, '-[hash]')))].sort();
}

/** Returns what is in only one of two lists: removed files with `-`, then added files with `+`. */
export function compareFileLists(before: readonly string[], now: readonly string[]): string[] {
  const added = now.filter((path) => !before.includes(path)).map((path) => `+ ${path}`);
  const removed = before.filter((path) => !now.includes(path)).map((path) => `- ${path}`);
  return [...removed, ...added];
}

/** The installed files as relative paths with forward slashes. */
async function packedFiles({ consumer }: PackageUnderTest): Promise<string[]> {
  const folder = packageFolder(consumer);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
}

function packageFolder(consumer: string): string {
  return join(consumer, 'node_modules/vbc-reports');
}

/** Links in the packed README and docs lead to packed files: people read them on npm and in `node_modules` too. */
export const checkLinks: Check = {
  name: 'links',
  async run(subject) {
    const files = await packedFiles(subject);
    const documents = files.filter((file) => file.endsWith('.md'));
    const broken: string[] = [];
    for (const file of documents) {
      const markdown = await readFile(join(packageFolder(subject.consumer), file), 'utf8');
      broken.push(...brokenLinks(file, markdown, files).map((link) => `${file} links to ${link}`));
    }
    if (broken.length === 0) return `of ${documents.length} documents lead to packed files`;
    throw new CheckFailure(broken.join('\n'), 'Name the file without a link, or add it to `files` in package.json.');
  },
};

/** Returns the relative links of a Markdown document that lead to none of the given files, nor to a folder of theirs. */
export function brokenLinks(file: string, markdown: string, files: readonly string[]): string[] {
  const withoutCode = markdown.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...withoutCode.matchAll(/\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]:\s+(\S+)/gm)].map(
    ([, a, b]) => a ?? b ?? '',
  );
  const relativeLinks = links.filter((link) => !/^([a-z]+:|#)/.test(link));
  return relativeLinks.filter((link) => {
    const target = normalize(join(dirname(file), link.replace(/#.*$/, ''))).replaceAll(sep, '/');
    return !files.some((path) => path === target || path.startsWith(`${target.replace(/\/$/, '')}/`));
  });
}

/** A user gets openapi-fetch, the types that it is written with, and nothing more. */
const expectedPackages = ['openapi-fetch', 'openapi-typescript-helpers', 'vbc-reports'];

/** An install brings no more packages than are promised. */
export const checkDependencies: Check = {
  name: 'dependencies',
  async run({ consumer }) {
    const lock = JSON.parse(await readFile(join(consumer, 'package-lock.json'), 'utf8')) as { packages: object };
    const paths = Object.keys(lock.packages).filter((path) => path !== '');
    const installed = paths.map((path) => path.replace('node_modules/', '')).sort();
    if (installed.join() === expectedPackages.join()) return 'openapi-fetch and its types, nothing else';
    throw new CheckFailure(
      `an install brings ${installed.join(', ')}`,
      'Only openapi-fetch belongs in `dependencies`; what the command line needs is bundled into it (tsdown.config.ts).',
    );
  },
};

/** The licence of every package that is bundled is in the package. */
export const checkNotices: Check = {
  name: 'notices',
  async run({ root, consumer }) {
    const dist = join(packageFolder(consumer), 'dist');
    const modules = [...(await modulesImported(root)), ...(await modulesBundled(dist))];
    const folders = modules.map((id) => folderOfPackage(id.startsWith('\0') ? id : join(root, id)));
    const packages = folders.map((folder) => folder?.replace(/^(.*[/\\])?node_modules[/\\]/, '').replaceAll(sep, '/'));
    const named = namesIn(await readFile(join(dist, noticesFile), 'utf8'));
    const missing = [...new Set(packages)].filter((name) => name !== undefined && !named.includes(name));
    if (missing.length === 0 && named.length > 0) return `name ${named.length} packages, all that are bundled`;
    throw new CheckFailure(
      `${noticesFile} does not name ${missing.join(', ') || 'any package'}`,
      'Each bundle of tsdown.config.ts needs the plugin that writes the notices.',
    );
  },
};

const entries = ['index', 'node', 'sandbox', 'sync', 'report', 'tools/cli/main'].map((entry) => `src/${entry}.ts`);

/** Returns the modules of other packages that our sources import, but for those that users install. */
async function modulesImported(root: string): Promise<string[]> {
  const external = ['openapi-fetch', '@duckdb/node-api', 'pg', 'pg-boss', 'pg-copy-streams'];
  const options = { bundle: true, platform: 'node', format: 'esm', metafile: true, write: false } as const;
  const { metafile } = await build({ ...options, absWorkingDir: root, entryPoints: entries, outdir: 'dist', external });
  const ours = Object.entries(metafile.inputs).filter(([id]) => folderOfPackage(join(root, id)) === undefined);
  return ours.flatMap(([, { imports }]) => imports.flatMap(({ path, external }) => (external ? [] : [path])));
}

/** Returns the modules that the bundles name in comments: most of them, and those of packages that came with others. */
async function modulesBundled(dist: string): Promise<string[]> {
  const files = (await readdir(dist)).filter((file) => /\.c?js$/.test(file));
  const bundles = await Promise.all(files.map((file) => readFile(join(dist, file), 'utf8')));
  const ids = bundles.flatMap((bundle) => [...bundle.matchAll(/^\s*\/\/#region (\S+)$/gm)].map(([, id = '']) => id));
  return ids.map((id) => id.replace(/^\\0/, '\0'));
}

/** publint: package.json says what the tarball holds. */
export const checkPublint: Check = {
  name: 'publint',
  async run({ root, tarball }) {
    const command = await developmentCommand(root, 'publint', 'publint');
    const { exitCode, output } = await runNode([command, 'run', tarball, '--strict'], root);
    // A suggestion is a finding too, although publint exits with 0.
    if (exitCode === 0 && output.endsWith('All good!')) return 'finds nothing';
    throw new CheckFailure(output, 'Each finding is explained at https://publint.dev/rules.');
  },
};

/** "Are the types wrong": each entry resolves to types that fit its format. node10 ignores `exports`, so it is left out. */
export const checkTypeResolution: Check = {
  name: 'attw',
  async run({ root, tarball }) {
    const command = await developmentCommand(root, '@arethetypeswrong/cli', 'attw');
    const { exitCode, output } = await runNode([command, tarball, '--profile', 'node16', '--no-color'], root);
    if (exitCode === 0) return 'finds nothing (profile node16)';
    throw new CheckFailure(
      output,
      'Correct `exports` in package.json: in each condition first `types`, then `default`.',
    );
  },
};
