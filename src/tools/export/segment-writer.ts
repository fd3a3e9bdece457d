import type { FileHandle } from 'node:fs/promises';
import { unlink } from 'node:fs/promises';
import type { CallLog } from '../../call-logs/call-log.ts';
import type { CallLogPage } from '../../call-logs/call-log-page.ts';
import { callStart } from '../../core/time/index.ts';
import type { PartialFolder } from './partial-folder.ts';
import type { Segment } from './segments.ts';

export interface SegmentWriterOptions {
  /** A window that ends later is incomplete: calls may still start in it. */
  readonly now: Date;
  /** A segment ends with the window in which it reaches so many calls. */
  readonly segmentCalls: number;
  /** The permission bits of its files; undefined leaves them to the system. */
  readonly mode: number | undefined;
}

/** What is known of a segment up to some byte. */
interface Content extends Pick<Segment, 'calls' | 'bytes' | 'starts' | 'complete'> {
  readonly proven: boolean;
}

interface OpenSegment {
  readonly path: string;
  readonly file: FileHandle;
  readonly from: Date;
  /** What has been written. */
  content: Content;
  /** The same at the end of the last window that has ended: what counts if the export ends now. */
  ended: (Content & { readonly to: Date }) | undefined;
  withinWindow: boolean;
}

/** Writes pages into segments: one for a run of successive windows that are all complete, or all incomplete. */
export class SegmentWriter {
  readonly #folder: PartialFolder;
  readonly #options: SegmentWriterOptions;
  #open: OpenSegment | undefined;

  constructor(folder: PartialFolder, options: SegmentWriterOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Rejects with the error of the operating system. What the windows before have brought is kept all the same. */
  async write({ calls, window, endsWindow, complete: proven }: CallLogPage, rows: string): Promise<void> {
    const complete = proven && window.to <= this.#options.now;
    const open = await this.#segmentFor(window.from, complete);
    const bytes = Buffer.from(rows);
    await open.file.appendFile(bytes);
    open.content = {
      calls: open.content.calls + calls.length,
      bytes: open.content.bytes + bytes.length,
      starts: joinStarts(open.content.starts, startsOf(calls)),
      complete: open.content.complete && complete,
      proven: open.content.proven && proven,
    };
    open.withinWindow = !endsWindow;
    if (endsWindow) open.ended = { ...open.content, to: window.to };
    if (endsWindow && open.content.calls >= this.#options.segmentCalls) await this.close();
  }

  /** Makes a segment of the windows that have ended. Calls of a window that has not are dropped: it is read again. */
  async close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { path, file, from, ended } = open;
    try {
      await file.truncate(ended?.bytes ?? 0);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (ended === undefined) await unlink(path);
    else await this.#folder.add(path, { ...ended, window: { from, to: ended.to } }, ended.proven);
  }

  /** The open segment if the window continues it, otherwise a new one. */
  async #segmentFor(from: Date, complete: boolean): Promise<OpenSegment> {
    const open = this.#open;
    if (open?.withinWindow) return open;
    const continues = open?.ended?.to.getTime() === from.getTime() && open.ended.complete === complete;
    if (open && continues) return open;
    await this.close();
    const content = { calls: 0, bytes: 0, starts: undefined, complete: true, proven: true };
    const created = await this.#folder.createTemporary('segment', this.#options.mode);
    this.#open = { ...created, from, content, ended: undefined, withinWindow: false };
    return this.#open;
  }
}

/** The starts of the first and the last call; undefined if there is none, or one of them is unreadable. */
export function startsOf(calls: readonly CallLog[]): Segment['starts'] {
  const [first, last] = [calls[0], calls.at(-1)];
  try {
    return first && last && { first: callStart(first), last: callStart(last) };
  } catch {
    return undefined;
  }
}

/** The starts of what comes first, then of what follows it. */
export function joinStarts(before: Segment['starts'], after: Segment['starts']): Segment['starts'] {
  return before && after ? { first: before.first, last: after.last } : (before ?? after);
}
