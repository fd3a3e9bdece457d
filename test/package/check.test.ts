import { describe, expect, it } from '@jest/globals';

import { CheckFailure, runChecks, type Check } from '../../scripts/package/check.ts';

const subject = { root: '/checkout', tarball: '/checkout/package.tgz', consumer: '/consumer', runtimes: '/runtimes' };

async function linesOf(...checks: Check[]): Promise<{ lines: string[]; failures: number }> {
  const lines: string[] = [];
  const failures = await runChecks(checks, subject, (line) => lines.push(line));
  return { lines, failures };
}

const passing: Check = { name: 'size', run: () => Promise.resolve('9.0 KB of 12 KB') };

describe('npm run check:package', () => {
  it('prints a line for each check with what it saw', async () => {
    const { lines, failures } = await linesOf(passing);
    expect(lines).toEqual(['ok    size            9.0 KB of 12 KB', 'The package is fit to publish.']);
    expect(failures).toBe(0);
  });

  it('says what to do about a failure, and continues with the other checks', async () => {
    const failing: Check = {
      name: 'files',
      run: () => Promise.reject(new CheckFailure('the list differs:\n+ dist/new.js', 'Update it.')),
    };
    const { lines, failures } = await linesOf(failing, passing);
    expect(lines).toEqual([
      'FAIL  files           the list differs:\n      + dist/new.js\n      → Update it.',
      'ok    size            9.0 KB of 12 KB',
      '1 of 2 checks failed.',
    ]);
    expect(failures).toBe(1);
  });

  it('counts a check that throws any other error as a failure', async () => {
    const broken: Check = { name: 'jest', run: () => Promise.reject(new Error('spawn node ENOENT')) };
    const { lines, failures } = await linesOf(broken);
    expect(lines[0]).toBe('FAIL  jest            spawn node ENOENT');
    expect(failures).toBe(1);
  });
});
