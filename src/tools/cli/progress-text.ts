import { counted, duration, grouped } from './words.ts';

export interface ProgressState {
  readonly calls: number;
  readonly totalItems?: number | undefined;
  readonly elapsedMs: number;
}

const barCells = 24;

/** `12,000 calls of 34,567 (35 %), 4.2 s`; without the share where the total is unknown or already reached. */
export function progressText({ calls, totalItems, elapsedMs }: ProgressState): string {
  const time = duration(elapsedMs);
  if (totalItems === undefined || totalItems < calls || totalItems === 0) return `${counted(calls, 'call')}, ${time}`;
  const percent = Math.floor((calls / totalItems) * 100);
  return `${counted(calls, 'call')} of ${grouped(totalItems)} (${percent} %), ${time}`;
}

/** The same behind a bar, no wider than the terminal: a line that wraps could not be redrawn. */
export function progressBar(state: ProgressState, columns: number): string {
  const { calls, totalItems = 0 } = state;
  const filled = totalItems === 0 ? 0 : Math.min(barCells, Math.floor((calls / totalItems) * barCells));
  return `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)} ${progressText(state)}`.slice(0, columns - 1);
}
