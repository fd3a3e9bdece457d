import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CallLog } from '../../../src/index.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox.ts';
import { environmentOf, run, withFolder } from './run.ts';

const toStdout = ['export', '--month', '2025-03', '--out', '-'];

/** Runs with a sandbox and an empty state folder. */
async function withAccount(work: (sandbox: Sandbox, env: Record<string, string>) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox({ from: '2025-01-01', to: '2026-01-01', calls: 1_200 });
  try {
    await withFolder((folder) => work(sandbox, environmentOf(sandbox, join(folder, 'state'))));
  } finally {
    await sandbox.stop();
  }
}

function logins({ requests }: Sandbox): number {
  return requests.filter(({ endpoint }) => endpoint === 'token').length;
}

describe('a wrong password', () => {
  it('costs one request to the token endpoint, however often the command is run, and ends with exit code 3', async () => {
    await withAccount(async (sandbox, env) => {
      const wrong = { ...env, VBC_PASSWORD: 'wrong-password' };
      const first = await run(toStdout, { env: wrong });
      const second = await run(toStdout, { env: wrong });
      const third = await run([...toStdout, '--concurrency', '8', '--page-size', '10'], { env: wrong });
      expect([first, second, third].map(({ exitCode }) => exitCode)).toEqual([3, 3, 3]);
      expect(logins(sandbox)).toBe(1);
    });
  });

  it('is reported in one line: what to check, the lock it leads to, how to end the block, and no secret', async () => {
    await withAccount(async (_sandbox, env) => {
      const { stdout, stderr } = await run(toStdout, { env: { ...env, VBC_PASSWORD: 'wrong-password' } });
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr).toContain('Check --username (or VBC_USERNAME) and VBC_PASSWORD');
      expect(stderr).toContain('30 minutes');
      expect(stderr).toContain('--reset-login');
      for (const secret of ['wrong-password', env.VBC_CLIENT_SECRET ?? '']) expect(stderr).not.toContain(secret);
    });
  });

  it('stops no login once it is corrected, nor once --reset-login ends the block', async () => {
    await withAccount(async (sandbox, env) => {
      const wrong = { ...env, VBC_PASSWORD: 'wrong-password' };
      await run(toStdout, { env: wrong });
      await run([...toStdout, '--reset-login'], { env: wrong });
      expect(logins(sandbox)).toBe(2);
      const corrected = await run([...toStdout, '--quiet'], { env });
      expect(corrected).toMatchObject({ exitCode: 0, stderr: '' });
      expect(logins(sandbox)).toBe(3);
    });
  });
});

describe('a login', () => {
  it('serves later runs too', async () => {
    await withAccount(async (sandbox, env) => {
      await run(toStdout, { env });
      const { stderr } = await run(toStdout, { env });
      expect(logins(sandbox)).toBe(1);
      expect(stderr).toContain('no login');
    });
  });

  it('serves two runs that start at once', async () => {
    await withAccount(async (sandbox, env) => {
      const outcomes = await Promise.all([run(toStdout, { env }), run(toStdout, { env })]);
      expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      expect(logins(sandbox)).toBe(1);
    });
  });
});

describe('a token that is refused after three uses (fact 9)', () => {
  it.each(['1', '4', '8'])('lets the export complete, with %s requests at once', async (concurrency) => {
    const march = { from: new Date('2025-03-01'), to: new Date('2025-04-01') };
    const calls = { from: '2025-01-01', to: '2026-01-01', calls: 6_000 };
    await using sandbox = await startSandbox({ ...calls, switches: { reportsTokenUses: 3 } });
    await withFolder(async (folder) => {
      const env = environmentOf(sandbox, join(folder, 'state'));
      const pace = ['--page-size', '20', '--concurrency', concurrency];
      const { exitCode, stdout } = await run([...toStdout, '--format', 'ndjson', ...pace], { env });
      const ids = stdout.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as CallLog).id]));
      expect(exitCode).toBe(0);
      expect(ids).toEqual(sandbox.calls(march).map(({ id }) => id));
    });
  });
});
