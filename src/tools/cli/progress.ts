import type { CliStream } from './cli-io.ts';
import { progressBar, progressText, type ProgressState } from './progress-text.ts';

/** Tells how far a run is. */
export interface Progress {
  update(state: ProgressState): void;
  /** Takes the bar away, so that something else can be written; the next update brings it back. */
  clear(): void;
}

const barEveryMs = 100;
const lineEveryMs = 5_000;
const defaultColumns = 80;
const startOfLineAndClear = '\r\u001b[K';

export const silentProgress: Progress = { update: () => undefined, clear: () => undefined };

/** A bar on a terminal, a plain line now and then elsewhere. */
export function createProgress(stream: CliStream): Progress {
  return stream.isTTY ? createBar(stream) : createLines(stream);
}

function createBar(stream: CliStream): Progress {
  let drawnAtMs = -Infinity;
  let visible = false;
  return {
    update(state) {
      if (state.elapsedMs - drawnAtMs < barEveryMs) return;
      drawnAtMs = state.elapsedMs;
      visible = true;
      stream.write(`${startOfLineAndClear}${progressBar(state, stream.columns ?? defaultColumns)}`);
    },
    clear() {
      if (visible) stream.write(startOfLineAndClear);
      visible = false;
    },
  };
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
