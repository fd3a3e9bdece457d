import { describe, expect, it } from '@jest/globals';
import { createProgress, progressBar, progressText } from '../../../../src/tools/cli/terminal/progress.ts';
import { createReporter, showsUnicode } from '../../../../src/tools/cli/terminal/reporter.ts';
import { RecordingStream } from '../run.ts';

const utf8 = { redraws: true, unicode: true };

describe('progress', () => {
  it.each([
    [{ calls: 12_000, totalItems: 34_567, elapsedMs: 4_200 }, '12,000 calls of 34,567 (34 %), 4.2 s'],
    [{ calls: 1, elapsedMs: 75_000 }, '1 call, 1 min 15 s'],
    [{ calls: 0, totalItems: 0, elapsedMs: 59_700 }, '0 calls, 1 min 0 s'],
    [{ calls: 5, totalItems: 10, elapsedMs: 42 }, '5 calls of 10 (50 %), 42 ms'],
    [{ calls: 11, totalItems: 10, elapsedMs: 12_000 }, '11 calls, 12 s'],
    [
      { label: '2 of 3 accounts', calls: 5, totalItems: 10, elapsedMs: 42 },
      '2 of 3 accounts, 5 calls of 10 (50 %), 42 ms',
    ],
  ])('of %p reads %s', (state, expected) => {
    expect(progressText(state)).toBe(expected);
  });

  const state = { calls: 12_000, totalItems: 34_567, elapsedMs: 4_200 };

  it.each([
    [200, true, '████████░░░░░░░░░░░░░░░░ 12,000 calls of 34,567 (34 %), 4.2 s'],
    [200, false, '########................ 12,000 calls of 34,567 (34 %), 4.2 s'],
    [50, true, '12,000 calls of 34,567 (34 %), 4.2 s ████░░░░░░░░'],
    [40, true, '12,000 calls of 34,567 (34 %), 4.2 s'],
    [20, true, '12,000 calls of 34,'],
  ])('is no wider than a terminal of %i columns, numbers first where it is narrow', (columns, unicode, expected) => {
    expect(progressBar(state, columns, unicode)).toBe(expected);
    expect(expected.length).toBeLessThan(columns);
  });

  it('is a bar on a terminal, redrawn at most ten times a second and gone when cleared', () => {
    const stream = new RecordingStream({ isTTY: true });
    const progress = createProgress(stream, utf8);
    for (let elapsedMs = 0; elapsedMs < 1_000; elapsedMs += 10) progress.update({ calls: 1, totalItems: 2, elapsedMs });
    expect(stream.text.match(/\r/g)).toHaveLength(10);
    progress.clear();
    expect(stream.text.endsWith('\r\u001b[K')).toBe(true);
  });

  it('is a plain line every five seconds elsewhere', () => {
    const stream = new RecordingStream();
    const progress = createProgress(stream, { redraws: false, unicode: false });
    for (let elapsedMs = 0; elapsedMs < 12_000; elapsedMs += 500)
      progress.update({ calls: 1, totalItems: 2, elapsedMs });
    progress.clear();
    expect(stream.text).toBe('1 call of 2 (50 %), 5.0 s\n1 call of 2 (50 %), 10 s\n');
  });

  it.each([
    [true, { TERM: 'dumb', LANG: 'C.UTF-8' }, '1 call of 2 (50 %), 5.0 s\n'],
    [false, { TERM: 'xterm', LANG: 'C.UTF-8' }, '1 call of 2 (50 %), 5.0 s\n'],
    [true, { TERM: 'xterm', LANG: 'C.UTF-8' }, '\r\u001b[K████████████░░░░░░░░░░░░ 1 call of 2 (50 %), 5.0 s'],
    [true, { TERM: 'xterm', LANG: 'C' }, '\r\u001b[K############............ 1 call of 2 (50 %), 5.0 s'],
  ])('on a terminal (%p) with the environment %j is %j', (isTTY, env, expected) => {
    const stderr = new RecordingStream({ isTTY });
    const io = {
      env,
      stdout: new RecordingStream(),
      stderr,
      signal: new AbortController().signal,
      now: () => new Date(),
    };
    createReporter({}, io).progress.update({ calls: 1, totalItems: 2, elapsedMs: 5_000 });
    expect(stderr.text).toBe(expected);
  });
});

describe('a terminal shows characters beyond ASCII', () => {
  it.each([
    [true, 'linux', { LANG: 'en_US.UTF-8' }],
    [true, 'linux', { LC_ALL: 'C.utf8', LANG: 'C' }],
    [false, 'linux', { LC_ALL: 'C', LANG: 'en_US.UTF-8' }],
    [true, 'linux', { LC_ALL: '', LC_CTYPE: 'UTF-8' }],
    [false, 'linux', { LANG: 'de_DE.ISO-8859-1' }],
    [false, 'linux', {}],
    [true, 'win32', { WT_SESSION: '1' }],
    [true, 'win32', { TERM_PROGRAM: 'vscode' }],
    [false, 'win32', { LANG: 'en_US.UTF-8' }],
  ])('(%p) on %s with %j', (expected, platform, env) => {
    expect(showsUnicode(env, platform)).toBe(expected);
  });
});
