import { describe, expect, it } from '@jest/globals';
import { AbortedError } from '../../../src/core/errors/index.ts';
import { missingWindows, unreadAfter } from '../../../src/tools/export/unwritten.ts';

const hour = (from: number, to: number): { from: Date; to: Date } => ({
  from: new Date(Date.UTC(2026, 2, 1, from)),
  to: new Date(Date.UTC(2026, 2, 1, to)),
});
const end = new Date(Date.UTC(2026, 2, 2));

describe('what a reading has not handed out', () => {
  it('is in order of time, in whatever order the error names it', () => {
    const windows = [hour(5, 6), hour(1, 2)].map(({ from, to }) => ({
      from: from.toISOString(),
      to: to.toISOString(),
    }));
    const error = new AbortedError('', { resume: { version: 2, filters: '', order: 'asc', windows } });
    expect(unreadAfter(error)).toEqual([hour(1, 2), hour(5, 6)]);
  });

  it('is unknown after an error that does not say', () => {
    expect(unreadAfter(new AbortedError(''))).toBeUndefined();
    expect(unreadAfter('anything')).toBeUndefined();
  });
});

describe('what is missing of a range', () => {
  it('is what was not handed out', () => {
    expect(missingWindows({ windows: [hour(1, 2)] }, end)).toEqual([hour(1, 2)]);
  });

  it('is everything from where writing failed on, and what was not handed out before', () => {
    const windows = [hour(1, 2), hour(4, 6), hour(8, 9)];
    expect(missingWindows({ windows, from: hour(5, 6).from }, end)).toEqual([
      hour(1, 2),
      hour(4, 5),
      { from: hour(5, 6).from, to: end },
    ]);
  });
});
