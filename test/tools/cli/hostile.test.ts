import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { startSandbox } from '../../../src/sandbox.ts';
import { createFastClock } from '../../support/fast-clock.ts';
import { environmentOf, run, withFolder } from './run.ts';

it('a month exported from a hostile server has every call once, in order, and no other', async () => {
  const range = { from: new Date('2025-03-01'), to: new Date('2025-04-01') };
  await using sandbox = await startSandbox({
    profile: 'hostile',
    // A stall is waited for, which would show nothing that a reset does not.
    switches: { stallMs: 100 },
    from: '2025-03-01',
    to: '2025-04-01',
    calls: 3_000,
  });
  const idsNow = (): string[] => sandbox.calls(range).map(({ id }) => id);
  const before = idsNow();
  await withFolder(async (folder) => {
    const env = environmentOf(sandbox, join(folder, 'state'));
    const args = ['export', '--month', '2025-03', '--out', '-', '--format', 'ndjson', '--page-size', '200'];
    const { exitCode, stdout, stderr } = await run(args, { env, clock: createFastClock() });
    expect(stderr).not.toContain('error:');
    expect(exitCode).toBe(0);
    const exported = stdout
      .trimEnd()
      .split('\n')
      .map((row) => (JSON.parse(row) as { id: string }).id);
    // Calls are logged while it reads: those that were there before have to be in it, those that came may be.
    const after = idsNow();
    const there = new Set(exported);
    expect(exported).toEqual(after.filter((id) => there.has(id)));
    expect(before.filter((id) => !there.has(id))).toEqual([]);
    expect(there.size).toBe(exported.length);
    expect(after.length).toBeGreaterThan(before.length);
  });
});
