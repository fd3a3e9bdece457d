import type { Writable } from 'node:stream';
import { counted, duration, grouped } from './text.ts';

/** A stream with the members of a terminal's that the command line reads; `isTTY` and `columns` are Node's own. */
export type CliStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The progress of a run. */
export interface ProgressState {
  readonly calls: number;
  readonly totalItems?: number | undefined;
  readonly elapsedMs: number;
  /** Text before the number of calls, such as `7 requests`. */
  readonly label?: string | undefined;
}

/** Shows the progress of a run. */
export interface Progress {
  update(state: ProgressState): void;
  /** Removes the bar, so that something else can be written. The next update brings it back. */
  clear(): void;
}

/** The abilities of the terminal. */
export interface TerminalAbilities {
  /** The cursor can be moved and the line cleared. */
  readonly redraws: boolean;
  /** Block characters arrive as such. */
  readonly unicode: boolean;
}

const barEveryMs = 100;
const lineEveryMs = 5_000;
const widestBar = 24;
const narrowestBar = 5;
const defaultColumns = 80;
const startOfLineAndClear = '\r\u001b[K';

export const silentProgress: Progress = { update: () => undefined, clear: () => undefined };

/** A bar where the terminal can redraw a line, else a plain line every five seconds. */
export function createProgress(stream: CliStream, { redraws, unicode }: TerminalAbilities): Progress {
  return redraws ? createBar(stream, unicode) : createLines(stream);
}

/** `12,000 calls of 34,567 (35 %), 4.2 s`; without the share if the total is unknown or already reached. */
export function progressText({ calls, totalItems, elapsedMs, label }: ProgressState): string {
  const before = label === undefined ? '' : `${label}, `;
  const text = `${before}${counted(calls, 'call')}`;
  const time = duration(elapsedMs);
  if (totalItems === undefined || totalItems < calls || totalItems === 0) return `${text}, ${time}`;
  const percent = Math.floor((calls / totalItems) * 100);
  return `${text} of ${grouped(totalItems)} (${percent} %), ${time}`;
}

/**
 * A bar and the same text, no wider than the terminal: a line that wraps could not be redrawn. On a narrow terminal the
 * numbers come first, and the bar gets the rest of the line.
 */
export function progressBar(state: ProgressState, columns: number, unicode: boolean): string {
  const text = progressText(state);
  const room = columns - 1;
  if (widestBar + 1 + text.length <= room) return `${bar(state, widestBar, unicode)} ${text}`;
  const cells = room - text.length - 1;
  return cells >= narrowestBar ? `${text} ${bar(state, cells, unicode)}` : text.slice(0, room);
}

function bar({ calls, totalItems = 0 }: ProgressState, cells: number, unicode: boolean): string {
  const filled = totalItems === 0 ? 0 : Math.min(cells, Math.floor((calls / totalItems) * cells));
  const [full, empty] = unicode ? ['█', '░'] : ['#', '.'];
  return `${full.repeat(filled)}${empty.repeat(cells - filled)}`;
}

function createBar(stream: CliStream, unicode: boolean): Progress {
  let drawnAtMs = -Infinity;
  let visible = false;
  return {
    update(state) {
      if (state.elapsedMs - drawnAtMs < barEveryMs) return;
      drawnAtMs = state.elapsedMs;
      visible = true;
      stream.write(`${startOfLineAndClear}${progressBar(state, widthOf(stream), unicode)}`);
    },
    clear() {
      if (visible) stream.write(startOfLineAndClear);
      visible = false;
    },
  };
}

/** A terminal that does not know its width reports 0. */
function widthOf({ columns = 0 }: CliStream): number {
  return columns > 0 ? columns : defaultColumns;
}

function createLines(stream: CliStream): Progress {
  let writtenAtMs = 0;
  return {
    update(state) {
      if (state.elapsedMs - writtenAtMs < lineEveryMs) return;
      writtenAtMs = state.elapsedMs;
      stream.write(`${progressText(state)}\n`);
    },
    clear: () => undefined,
  };
}
