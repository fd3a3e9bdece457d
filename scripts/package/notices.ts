import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package whose code is part of a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** The licence, as the package states it: its file, word for word. */
  readonly licence: string;
}

/** The file of the package that holds the notices. */
export const noticesFile = 'THIRD-PARTY-NOTICES.txt';

/** What the plugin needs to know of a bundle of rolldown. */
interface Chunk {
  readonly modules?: Readonly<Record<string, { readonly renderedLength: number }>>;
}

interface NoticesPlugin {
  readonly name: string;
  writeBundle(output: { readonly dir?: string | undefined }, bundle: Readonly<Record<string, Chunk>>): void;
}

/**
 * Makes a plugin for rolldown that writes the licences of everything that is bundled. One plugin serves several bundles of
 * a folder: each writes the file again, with its packages and those before.
 */
export function createNoticesPlugin(): NoticesPlugin {
  const folders = new Set<string>();
  return {
    name: 'third-party-notices',
    writeBundle({ dir = 'dist' }, bundle) {
      for (const [id, { renderedLength }] of modulesOf(bundle)) {
        const folder = renderedLength > 0 ? folderOfPackage(id) : undefined;
        if (folder !== undefined) folders.add(folder);
      }
      writeFileSync(join(dir, noticesFile), noticesOf([...folders].map(readPackage)));
    },
  };
}

function modulesOf(bundle: Readonly<Record<string, Chunk>>): [id: string, module: { renderedLength: number }][] {
  return Object.values(bundle).flatMap(({ modules = {} }) => Object.entries(modules));
}

/** Returns the folder of the package that a module is of; undefined for a module of our own. */
export function folderOfPackage(moduleId: string): string | undefined {
  // Helpers of the bundler, such as that for `using`, have no file.
  if (/^\0(rolldown|@oxc-project\+runtime@[\d.]+)\//.test(moduleId)) return join('node_modules', 'rolldown');
  const [, folder] = /^\0?(.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\?]+)/.exec(moduleId) ?? [];
  return folder;
}

function readPackage(folder: string): BundledPackage {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no file with its licence, which has to be kept with its code`);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { name, version, licence: texts.join('\n\n') };
}

const rule = '-'.repeat(80);

/** Writes the notices of packages, by name. */
export function noticesOf(packages: readonly BundledPackage[]): string {
  const byName = packages.toSorted((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
  const entries = byName.map(({ name, version, licence }) => `${rule}\n${name} ${version}\n${rule}\n\n${licence}\n`);
  return ['The files of this folder contain code of the following packages.\n', ...entries].join('\n');
}

/** Returns the names of the packages that have an entry with a licence in the notices. */
export function namesIn(notices: string): string[] {
  return [...notices.matchAll(/^-{80}\n(\S+) \d\S*\n-{80}\n\n(?=\S)/gm)].map(([, name = '']) => name);
}
