import type { FileHandle } from 'node:fs/promises';
import type { TimeWindow } from '../../core/errors/index.ts';
import type { PartFile } from './part-file.ts';

/** A window whose calls are not in a file, and the byte before which their rows belong. */
export interface Gap extends TimeWindow {
  readonly at: number;
}

/** The file that an earlier run has left. */
export interface Torso {
  readonly file: FileHandle;
  /** Its size in bytes. */
  readonly bytes: number;
  /** In order. */
  readonly gaps: readonly Gap[];
}

/** The rows from this byte on are those of calls that started then or later, and no such row stands before it. */
export interface Mark {
  readonly from: Date;
  readonly at: number;
  /** How many new calls stand before it. */
  readonly calls: number;
}

/**
 * New rows, put where they belong among the rows of an earlier run, if there is one.
 *
 * Calls are written in the order of their starts, and what is missing are whole windows: so each window has one place
 * in the file, between two rows, and rows need never be read back. What is between two places is copied as it is,
 * whatever the format, quotes and line breaks in cells included. Memory holds a mark for each page.
 */
export class Patchwork {
  readonly #part: PartFile;
  readonly #torso: Torso | undefined;
  readonly #marks: Mark[] = [];
  #copied = 0;
  #gapsReached = 0;
  #lastStart = -Infinity;
  #calls = 0;

  constructor(part: PartFile, torso?: Torso) {
    this.#part = part;
    this.#torso = torso;
  }

  /** New calls so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Appends the rows of so many calls, and before them all earlier rows that belong there. */
  async append(text: string, calls: number, first: Date, last: Date): Promise<void> {
    await this.#reach(first);
    if (first.getTime() > this.#lastStart) this.#mark(first);
    await this.#part.append(text);
    this.#lastStart = last.getTime();
    this.#calls += calls;
  }

  /** Appends the earlier rows that come after all new ones. */
  async appendRest(): Promise<void> {
    if (this.#torso === undefined) return;
    const { gaps, bytes } = this.#torso;
    for (const gap of gaps.slice(this.#gapsReached)) await this.#reach(gap.from);
    await this.#copyTo(bytes);
  }

  /** The byte before which the rows of a window belong that has none yet. */
  placeOf({ to }: TimeWindow): number {
    return this.#marks.find((mark) => mark.from >= to)?.at ?? this.#part.size;
  }

  /** The last place where the file can be cut so that all rows of calls from a start on are off, and few others. */
  lastMark(start: Date): Mark | undefined {
    if (start.getTime() > this.#lastStart) this.#mark(start);
    return this.#marks.findLast((mark) => mark.from <= start);
  }

  /** Copies the earlier rows before the window that holds the start. */
  async #reach(start: Date): Promise<void> {
    const { gaps = [] } = this.#torso ?? {};
    for (let gap = gaps[this.#gapsReached]; gap !== undefined && gap.from <= start; gap = gaps[this.#gapsReached]) {
      await this.#copyTo(gap.at);
      this.#gapsReached += 1;
    }
  }

  async #copyTo(end: number): Promise<void> {
    const { file, gaps } = this.#torso ?? {};
    const passed = gaps?.[this.#gapsReached - 1];
    if (passed !== undefined) this.#mark(passed.to);
    if (file !== undefined) await this.#part.appendFrom(file, this.#copied, end);
    this.#copied = end;
  }

  #mark(from: Date): void {
    this.#marks.push({ from, at: this.#part.size, calls: this.#calls });
  }
}
