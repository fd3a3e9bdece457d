import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { findBrowser } from '../../scripts/browser.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vbc-reports-browser-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Makes a program, and returns its path. */
function program(place: string, name: string, mode = 0o755): string {
  mkdirSync(join(folder, place), { recursive: true });
  const path = join(folder, place, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

describe('the browser of `npm run test:browser`', () => {
  it('is the Chromium or Chrome on PATH, Chromium first', () => {
    const chrome = program('a', 'google-chrome');
    expect(findBrowser({ PATH: join(folder, 'a') })).toBe(chrome);
    const chromium = program('b', 'chromium');
    expect(findBrowser({ PATH: [join(folder, 'a'), join(folder, 'b')].join(delimiter) })).toBe(chromium);
  });

  it('is the one of CHROMIUM_PATH, wherever others are', () => {
    program('a', 'chromium');
    expect(findBrowser({ PATH: join(folder, 'a'), CHROMIUM_PATH: '/opt/chromium' })).toBe('/opt/chromium');
  });

  it('is not found if no program on PATH can be run', () => {
    program('a', 'chromium', 0o644);
    mkdirSync(join(folder, 'b', 'google-chrome'), { recursive: true });
    expect(
      findBrowser({ PATH: [join(folder, 'a'), '', join(folder, 'b')].join(delimiter), CHROMIUM_PATH: '' }),
    ).toBeUndefined();
    expect(findBrowser({})).toBeUndefined();
  });
});
