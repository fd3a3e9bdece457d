import { type FileHandle, open } from 'node:fs/promises';
import type { CallLog } from '../../call-logs/call-log.ts';
import { callStart } from '../../core/time/index.ts';
import type { ExportJob } from './export-job.ts';
import { giveName } from './give-name.ts';
import { findKept, forgetKept, keepExport, type KeptExport, keptPaths, refuseKept } from './kept-export.ts';
import type { Output } from './output.ts';
import { OutputError, orOutputError } from './output-error.ts';
import { PartFile } from './part-file.ts';
import { gapsOf, type PartialNote } from './partial-note.ts';
import { Patchwork } from './patchwork.ts';
import { targetFile } from './target-file.ts';
import { missingWindows, type Unwritten } from './unwritten.ts';

export interface FileOutputOptions {
  readonly job: ExportJob;
  /** Whether an existing file may be replaced, and a partial export forgotten. Default: false. */
  readonly force?: boolean | undefined;
  /** Whether to go on with a partial export. Default: false. */
  readonly resume?: boolean | undefined;
}

/**
 * A file that carries its final name only when it is complete: it is written beside under a name that ends in `.part`,
 * and renamed by `finish`. Abandoned, it is kept under a name that ends in `.partial`, with a note on what is missing.
 *
 * Throws a `ConfigurationError` if the file exists and `force` is off, is no file, or cannot be gone on with; and an
 * `OutputError` if it cannot be written: so opened before the first request, an export cannot fail at its end for that.
 */
export async function openFileOutput(path: string, options: FileOutputOptions): Promise<Output> {
  const { job, force = false, resume = false } = options;
  const what = `Cannot write ${path}`;
  const target = await targetFile(path, force);
  if (!resume && !force) await refuseKept(target);
  const note = resume ? await findKept(target, job) : undefined;
  const file = note && (await orOutputError(what, () => open(keptPaths(target).path)));
  const part = await orOutputError(what, () => PartFile.beside(target)).catch(async (error: unknown) => {
    await file?.close();
    throw error;
  });
  return new ResumableFile({ path, target, job, force, note, part, file });
}

interface Parts {
  readonly path: string;
  readonly target: string;
  readonly job: ExportJob;
  readonly force: boolean;
  readonly part: PartFile;
  /** Of the partial export that is gone on with. */
  readonly note: PartialNote | undefined;
  readonly file: FileHandle | undefined;
}

class ResumableFile implements Output {
  readonly earlier: PartialNote | undefined;
  readonly #parts: Parts;
  readonly #patchwork: Patchwork;
  readonly #what: string;
  #complete = false;

  constructor(parts: Parts) {
    const { part, note, file } = parts;
    this.#parts = parts;
    this.#what = `Cannot write ${parts.path}`;
    this.earlier = note;
    this.#patchwork = new Patchwork(part, note && file && { file, bytes: note.bytes, gaps: gapsOf(note) });
  }

  async write(text: string, calls: readonly CallLog[]): Promise<boolean> {
    const [first, last] = [calls[0], calls.at(-1)].map((call) => call && callStart(call));
    await orOutputError(this.#what, async () => {
      if (first === undefined || last === undefined) await this.#parts.part.append(text);
      else await this.#patchwork.append(text, calls.length, first, last);
    });
    return true;
  }

  async finish(): Promise<void> {
    const { path, target, part, file, force } = this.#parts;
    await orOutputError(this.#what, async () => {
      await this.#patchwork.appendRest();
      await part.close();
    });
    // All rows are there, after what may have been an hour: whatever happens now, they are kept.
    this.#complete = true;
    const where = `the complete export is in ${part.path}`;
    const named = await orOutputError(`${this.#what}, ${where}`, () => giveName(part.path, target, force));
    if (!named) throw new OutputError(`${path} was made by somebody else meanwhile; ${where}.`);
    await file?.close();
    await forgetKept(target);
  }

  async abandon(unwritten?: Unwritten): Promise<KeptExport | undefined> {
    try {
      return this.#complete ? undefined : ((await this.#keep(unwritten)) ?? this.#unchanged());
    } catch {
      // Failing to keep what is new must not hide why the export failed, nor touch what was kept before.
      return this.#unchanged();
    } finally {
      await this.#parts.file?.close().catch(() => undefined);
      if (!this.#complete) await this.#parts.part.remove();
    }
  }

  async #keep(unwritten: Unwritten | undefined): Promise<KeptExport | undefined> {
    if (unwritten === undefined) return undefined;
    return unwritten.from === undefined
      ? await this.#keepAll(unwritten)
      : await this.#keepBefore(unwritten.from, unwritten);
  }

  async #keepAll(unwritten: Unwritten): Promise<KeptExport | undefined> {
    if (this.#patchwork.calls === 0) return undefined;
    await this.#patchwork.appendRest();
    // Some systems do not replace a file that is open.
    await this.#parts.file?.close();
    return await this.#keepWith(unwritten, (this.earlier?.calls ?? 0) + this.#patchwork.calls);
  }

  /** Writing itself has failed: what is not safely there is cut off, which also makes room for the note on a full disk. */
  async #keepBefore(start: Date, unwritten: Unwritten): Promise<KeptExport | undefined> {
    const mark = this.#patchwork.lastMark(start);
    if (mark === undefined || mark.calls === 0 || this.earlier) return undefined;
    await this.#parts.part.cut(mark.at);
    return await this.#keepWith({ ...unwritten, from: mark.from }, mark.calls);
  }

  async #keepWith(unwritten: Unwritten, calls: number): Promise<KeptExport> {
    const { part, target, job } = this.#parts;
    const windows = missingWindows(unwritten, new Date(job.range.to));
    const gaps = windows.map((window) => ({ ...window, at: this.#patchwork.placeOf(window) }));
    return await keepExport(part, target, job, { gaps, calls });
  }

  /** What was kept before is as it was. */
  #unchanged(): KeptExport | undefined {
    const { target } = this.#parts;
    return this.earlier && { ...keptPaths(target), calls: this.earlier.calls, resume: this.earlier.resume };
  }
}
