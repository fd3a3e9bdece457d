import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { ConfigurationError, type Resume } from '../../core/errors/index.ts';
import { differenceOf, type ExportJob } from './export-job.ts';
import type { PartFile } from './part-file.ts';
import { createNote, parseNote, type PartialNote } from './partial-note.ts';
import type { Gap } from './patchwork.ts';
import { exists } from './target-file.ts';

/** What an export that ended early has left beside its target: `calls.csv.partial`, and a note on what is missing. */
export interface KeptExport {
  readonly path: string;
  readonly notePath: string;
  /** How many calls it holds. */
  readonly calls: number;
  /** What is missing. */
  readonly resume: Resume;
}

export function keptPaths(target: string): { path: string; notePath: string } {
  return { path: `${target}.partial`, notePath: `${target}.partial.json` };
}

/** Keeps the file under the name of a partial export, in place of an earlier one. */
export async function keepExport(
  part: PartFile,
  target: string,
  job: ExportJob,
  content: { readonly gaps: readonly Gap[]; readonly calls: number },
): Promise<KeptExport> {
  const { path, notePath } = keptPaths(target);
  await part.close();
  const note = createNote(job, { ...content, bytes: part.size, sha256: await hashFile(part.path) });
  const newNote = `${part.path}.json`;
  try {
    await writeFile(newNote, `${JSON.stringify(note, undefined, 2)}\n`, { flush: true });
    // Were the process to die between the two, the hash in the old note would tell that it is not this file's.
    await rename(part.path, path);
    await rename(newNote, notePath);
  } catch (error) {
    await unlink(newNote).catch(() => undefined);
    throw error;
  }
  return { path, notePath, calls: note.calls, resume: note.resume };
}

/** The note of the partial export to go on with. Throws a `ConfigurationError` if there is none that fits. */
export async function findKept(target: string, job: ExportJob): Promise<PartialNote> {
  const { path, notePath } = keptPaths(target);
  const text = await readFile(notePath, 'utf8').catch(() => undefined);
  if (text === undefined) {
    const hint = 'Leave out --resume to begin anew.';
    if (!(await exists(path))) throw new ConfigurationError(`There is nothing to resume: no ${path}`, { hint });
    throw new ConfigurationError(`${path} cannot be resumed without its note ${notePath}`, { hint: anew });
  }
  const note = parseNote(text);
  if (note === undefined) {
    throw new ConfigurationError(`${notePath} is not the note of a partial export`, { hint: anew });
  }
  const difference = differenceOf(note.job, job);
  if (difference !== undefined) {
    const hint = 'Give the same flags as to the export that ended early.';
    throw new ConfigurationError(`${path} belongs to an export with ${difference}`, { hint });
  }
  if (!(await isUnchanged(path, note))) {
    throw new ConfigurationError(`${path} is gone, or not as the export left it`, { hint: anew });
  }
  return note;
}

const anew = 'Begin anew: without --resume, with --force.';

/** An earlier partial export is no longer of use. Never rejects. */
export async function forgetKept(target: string): Promise<void> {
  const { path, notePath } = keptPaths(target);
  await unlink(notePath).catch(() => undefined);
  await unlink(path).catch(() => undefined);
}

/** Throws a `ConfigurationError` if there is a partial export, which a new one might replace. */
export async function refuseKept(target: string): Promise<void> {
  const { path, notePath } = keptPaths(target);
  for (const name of [path, notePath]) {
    if (!(await exists(name))) continue;
    const hint = 'Go on with it with --resume, or begin anew with --force.';
    throw new ConfigurationError(`${name} was left by an export that ended early`, { hint });
  }
}

async function isUnchanged(path: string, { bytes, sha256 }: PartialNote): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  return status?.size === bytes && (await hashFile(path)) === sha256;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
