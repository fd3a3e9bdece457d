import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { CouldNotTell, parseDocument, reasonOf, type Document } from './document.ts';

/** Two states of one document. */
export interface Pair {
  /** The document that they are states of: `spec/reports.yml`. */
  name: string;
  /** The file or revision of the older state. */
  from: string;
  to: string;
  base: Document;
  head: Document;
}

/** The provider's document, and the one that users see: with the overlay applied. */
const watchedFiles = ['spec/reports.yml', 'generated/openapi.json'] as const;

/** The published document has 10 KB. */
const largestBytes = 5 * 1024 * 1024;
/** The time for a whole response, in milliseconds. */
const fetchTimeoutMs = 5_000;

/** `spec/reports.yml` and the published document. `upstream` is a URL or a file, by default the recorded URL. */
export async function readUpstream(root: string, upstream?: string, timeoutMs = fetchTimeoutMs): Promise<Pair> {
  const address = upstream ?? (await readRecord(root)).url;
  const [name] = watchedFiles;
  const base = parseDocument(await readText(join(root, name)), name);
  const isUrl = /^https?:\/\//.test(address);
  const text = isUrl ? await fetchDocument(address, timeoutMs) : await readText(resolve(address));
  return { name, from: name, to: address, base, head: parseDocument(text, address) };
}

type UpstreamRecord = Record<'url' | 'version' | 'sha256', string>;

/** The address of the published document, and the state that was taken over last. */
export async function readRecord(root: string): Promise<UpstreamRecord> {
  return JSON.parse(await readText(join(root, 'spec', 'upstream.json'))) as UpstreamRecord;
}

/** The fields of package.json that are used. */
export async function readPackage(root: string): Promise<Record<'name' | 'version', string>> {
  return JSON.parse(await readText(join(root, 'package.json'))) as Record<'name' | 'version', string>;
}

/**
 * The states at `base` and at `head`, each a file or a git revision. Without `head`, the working tree. Two files are one
 * pair; revisions give one pair for the provider's document and one for the document with the overlay applied.
 */
export async function readPairs(root: string, base: string, head: string | undefined): Promise<Pair[]> {
  if (existsSync(base) && /\.(ya?ml|json)$/.test(base)) {
    if (head === undefined) throw new CouldNotTell(`--base ${base} is a file, so --head is needed`);
    const [older, newer] = await Promise.all([readText(resolve(base)), readText(resolve(head))]);
    return [{ name: head, from: base, to: head, base: parseDocument(older, base), head: parseDocument(newer, head) }];
  }
  return Promise.all(
    watchedFiles.map(async (name) => {
      const older = await readRevision(root, base, name);
      const newer = head === undefined ? await readText(join(root, name)) : await readRevision(root, head, name);
      const documents = { base: parseDocument(older, `${name} at ${base}`), head: parseDocument(newer, name) };
      return { name, from: base, to: head ?? 'the working tree', ...documents };
    }),
  );
}

async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > largestBytes) throw new CouldNotTell(`${file} is larger than 5 MB`);
    return await readFile(file, 'utf8');
  } catch (error) {
    throw error instanceof CouldNotTell ? error : new CouldNotTell(reasonOf(error), { cause: error });
  }
}

async function readRevision(root: string, revision: string, file: string): Promise<string> {
  try {
    return (await git(root, ['show', '--end-of-options', `${revision}:${file}`])).stdout;
  } catch (error) {
    throw new CouldNotTell(`git has no ${file} at ${revision}`, { cause: error });
  }
}

/** Runs git in the checkout. */
export const git = (root: string, args: readonly string[]): Promise<{ stdout: string }> =>
  promisify(execFile)('git', args, { cwd: root, maxBuffer: 2 * largestBytes });

/**
 * The document behind a URL, as a string.
 *
 * @throws CouldNotTell for anything but a 200 whose body has at most 5 MB and arrives in time. Redirects are not
 * followed: if a document has moved, a person should look at it.
 */
export async function fetchDocument(url: string, timeoutMs = fetchTimeoutMs): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { redirect: 'manual', signal });
    if (response.status >= 300 && response.status < 400) {
      const target = response.headers.get('location') ?? 'an unknown address';
      throw new CouldNotTell(`${url} redirects to ${target}; if the document has moved, change spec/upstream.json`);
    }
    if (response.status !== 200) throw new CouldNotTell(`${url} returned status ${response.status}`);
    return await readBody(response, url);
  } catch (error) {
    if (error instanceof CouldNotTell) throw error;
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const reason = signal.aborted ? `no complete response within ${timeoutMs / 1000} s` : reasonOf(cause);
    throw new CouldNotTell(`${url} could not be read: ${reason}`, { cause: error });
  }
}

async function readBody(response: Response, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of (response.body as AsyncIterable<Uint8Array> | null) ?? []) {
    bytes += chunk.byteLength;
    if (bytes > largestBytes) throw new CouldNotTell(`${url} is larger than 5 MB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
