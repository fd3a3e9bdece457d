import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { CouldNotTell } from './could-not-tell.ts';
import { fetchDocument, type FetchDocumentOptions } from './fetch-document.ts';
import { parseDocument, type Document } from './parse-document.ts';

/** Two states of one document. */
export interface Comparison {
  /** What they are states of: `spec/reports.yml`. */
  name: string;
  /** Where the older one came from. */
  from: string;
  to: string;
  base: Document;
  head: Document;
}

/** The provider's document, and the one that users see: with the overlay applied. */
export const watchedFiles = ['spec/reports.yml', 'generated/openapi.json'] as const;

const largestBytes = 5 * 1024 * 1024;

/** `spec/reports.yml` against the published document: `upstream` is a URL or a file. */
export async function readUpstream(
  root: string,
  upstream: string | undefined,
  options?: FetchDocumentOptions,
): Promise<Comparison> {
  const address = upstream ?? (await recordedAddress(root));
  const [name] = watchedFiles;
  const base = parseDocument(await readText(join(root, name)), name);
  const text = /^https?:\/\//.test(address) ? await fetchDocument(address, options) : await readText(resolve(address));
  return { name, from: name, to: address, base, head: parseDocument(text, address) };
}

/**
 * What changed between `base` and `head`, each a file or a git revision; without `head`, the files as they stand.
 * Two files are one comparison. Revisions give one for the provider's document and one for that with the overlay.
 */
export async function readPair(root: string, base: string, head: string | undefined): Promise<Comparison[]> {
  if (isFile(base)) {
    if (head === undefined) throw new CouldNotTell(`--base ${base} is a file, so --head has to be given`);
    const [older, newer] = await Promise.all([readText(resolve(base)), readText(resolve(head))]);
    const documents = { base: parseDocument(older, base), head: parseDocument(newer, head) };
    return [{ name: head, from: base, to: head, ...documents }];
  }
  return Promise.all(
    watchedFiles.map(async (name) => {
      const older = await readRevision(root, base, name);
      const newer = head === undefined ? await readText(join(root, name)) : await readRevision(root, head, name);
      const to = head ?? 'the working tree';
      const documents = { base: parseDocument(older, `${name} at ${base}`), head: parseDocument(newer, name) };
      return { name, from: base, to, ...documents };
    }),
  );
}

async function recordedAddress(root: string): Promise<string> {
  const { url } = JSON.parse(await readText(join(root, 'spec', 'upstream.json'))) as { url?: unknown };
  if (typeof url !== 'string') throw new CouldNotTell('spec/upstream.json names no url');
  return url;
}

function isFile(name: string): boolean {
  return existsSync(name) && /\.(ya?ml|json)$/.test(name);
}

async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > largestBytes) throw new CouldNotTell(`${file} is larger than 5 MB`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof CouldNotTell) throw error;
    throw new CouldNotTell(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function readRevision(root: string, revision: string, file: string): Promise<string> {
  try {
    const { stdout } = await git(root, ['show', '--end-of-options', `${revision}:${file}`]);
    return stdout;
  } catch (error) {
    throw new CouldNotTell(`git has no ${file} at ${revision}`, { cause: error });
  }
}

/** Runs git in the checkout. */
export function git(root: string, args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)('git', args, { cwd: root, maxBuffer: 2 * largestBytes });
}
