import { describe, expect, it } from '@jest/globals';
import { createProgress } from '../../../src/tools/cli/progress.ts';
import { progressBar, progressText } from '../../../src/tools/cli/progress-text.ts';
import { RecordingStream } from './run.ts';

describe('progress', () => {
  it.each([
    [{ calls: 12_000, totalItems: 34_567, elapsedMs: 4_200 }, '12,000 calls of 34,567 (34 %), 4.2 s'],
    [{ calls: 1, elapsedMs: 75_000 }, '1 call, 1 min 15 s'],
    [{ calls: 0, totalItems: 0, elapsedMs: 59_700 }, '0 calls, 1 min 0 s'],
    [{ calls: 5, totalItems: 10, elapsedMs: 42 }, '5 calls of 10 (50 %), 42 ms'],
    [{ calls: 11, totalItems: 10, elapsedMs: 12_000 }, '11 calls, 12 s'],
  ])('of %p reads %s', (state, expected) => {
    expect(progressText(state)).toBe(expected);
  });

  it('fits into the terminal', () => {
    const state = { calls: 12_000, totalItems: 34_567, elapsedMs: 4_200 };
    expect(progressBar(state, 200)).toMatch(/^█{8}░{16} 12,000 calls/);
    expect(progressBar(state, 40)).toHaveLength(39);
  });

  it('is a bar on a terminal, redrawn at most ten times a second and gone when cleared', () => {
    const stream = new RecordingStream({ isTTY: true });
    const progress = createProgress(stream);
    for (let elapsedMs = 0; elapsedMs < 1_000; elapsedMs += 10) progress.update({ calls: 1, totalItems: 2, elapsedMs });
    expect(stream.text.match(/\r/g)).toHaveLength(10);
    progress.clear();
    expect(stream.text.endsWith('\r\u001b[K')).toBe(true);
  });

  it('is a plain line every five seconds elsewhere', () => {
    const stream = new RecordingStream();
    const progress = createProgress(stream);
    for (let elapsedMs = 0; elapsedMs < 12_000; elapsedMs += 500)
      progress.update({ calls: 1, totalItems: 2, elapsedMs });
    progress.clear();
    expect(stream.text).toBe('1 call of 2 (50 %), 5.0 s\n1 call of 2 (50 %), 10 s\n');
  });
});
