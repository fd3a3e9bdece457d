import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const script = readFileSync(join(import.meta.dirname, '..', '..', '.ci', 'run'), 'utf8');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vbc-reports-ci-'));
  mkdirSync(join(folder, '.ci'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, '.ci', 'run'), script);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs .ci/run with an npm that writes these counts as jest would, and fails in these steps. */
function run({ counts = {}, failing = [] }: { counts?: Record<string, object>; failing?: readonly string[] }) {
  for (const [step, each] of Object.entries(counts))
    writeFileSync(join(folder, 'bin', `${step}.json`), JSON.stringify(each));
  const program = `#!/bin/sh
bin=$(dirname "$0")
step=$1
if [ "$1" = run ]; then step=$3; fi
for last; do :; done
if [ -f "$bin/$step.json" ]; then cp "$bin/$step.json" "\${last#--outputFile=}"; fi
case " ${failing.join(' ')} " in *" $step "*) exit 7;; esac
`;
  const npm = join(folder, 'bin', 'npm');
  writeFileSync(npm, program);
  chmodSync(npm, 0o755);
  const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}` };
  const { status, stdout } = spawnSync('bash', [join(folder, '.ci', 'run')], { env, encoding: 'utf8' });
  return { status, lines: stdout.trim().split('\n') };
}

const passed = { numPassedTests: 1000, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };

describe('.ci/run', () => {
  it('ends with the number of tests of all three runs', () => {
    const long = { ...passed, numPassedTests: 23 };
    const browser = { ...passed, numPassedTests: 300, numFailedTests: 1 };
    const { status, lines } = run({ counts: { test: passed, 'test:long': long, 'test:browser': browser } });
    expect(lines.at(-1)).toBe('1323 passed, 1 failed');
    expect(status).toBe(0);
  });

  it('counts a file that cannot be loaded as a failed test, runs the other steps, and fails', () => {
    const broken = { numPassedTests: 990, numFailedTests: 2, numRuntimeErrorTestSuites: 1 };
    const { status, lines } = run({ counts: { test: broken, 'test:long': passed }, failing: ['test'] });
    expect(lines.at(-1)).toBe('1990 passed, 3 failed');
    expect(lines).toContain('Failed: test');
    expect(lines).toContain('== check:package');
    expect(status).toBe(7);
  });

  it('fails, and counts what it can, when a step fails and a run of tests writes no counts', () => {
    const { status, lines } = run({ counts: { test: passed }, failing: ['lint', 'test:long'] });
    expect(lines.at(-1)).toBe('1000 passed, 0 failed');
    expect(lines).toContain('Failed: lint test:long');
    expect(status).toBe(7);
  });

  it('runs no step after an install that failed', () => {
    const { status, lines } = run({ failing: ['ci'] });
    expect(lines).toEqual(['0 passed, 0 failed']);
    expect(status).toBe(7);
  });
});
