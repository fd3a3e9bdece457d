import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../../../../src/tools/cli/program.ts';
import { RecordingStream, run } from '../run.ts';

interface Served {
  readonly settings: Record<string, string>;
  readonly stderr: () => string;
  readonly end: () => Promise<number>;
}

/** Resolves when the settings have been printed. */
async function serve(args: readonly string[]): Promise<Served> {
  const controller = new AbortController();
  const [stdout, stderr] = [new RecordingStream(), new RecordingStream()];
  const printed = once(stdout, 'written');
  const ended = runCli(['sandbox', ...args], {
    env: {},
    stdout,
    stderr,
    signal: controller.signal,
    now: () => new Date(),
  });
  await printed;
  const lines = [...stdout.text.matchAll(/^export (\w+)='(.*)'$/gm)];
  return {
    settings: Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value])),
    stderr: () => stderr.text,
    end: () => {
      controller.abort();
      return ended;
    },
  };
}

describe('the sandbox command', () => {
  it('prints settings that another terminal can paste, and the other commands work with', async () => {
    const { settings, stderr, end } = await serve(['--calls', '1000']);
    const { exitCode, stdout } = await run(['export', '--from', '2025-01-01', '--to', '2025-01-08', '--out', '-'], {
      env: {
        VBC_ACCOUNT_ID: settings.VBC_ACCOUNT_ID,
        VBC_ACCESS_TOKEN: 'unknown',
        VBC_BASE_URL: settings.VBC_BASE_URL,
      },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr()).toContain('not the provider');
    expect(stderr()).toMatch(
      /^GET \/t\/vbc\.prod\/reports\/accounts\/\d+\/call-logs, 2025-01-01 00:00:00 to \S+ \S+, page 1: 401, /m,
    );
    expect(await end()).toBe(0);
    expect(Object.keys(settings)).toEqual([
      'VBC_ACCOUNT_ID',
      'VBC_CLIENT_ID',
      'VBC_CLIENT_SECRET',
      'VBC_USERNAME',
      'VBC_PASSWORD',
      'VBC_BASE_URL',
      'VBC_TOKEN_URL',
    ]);
  });

  it('stops answering when it is interrupted, with exit code 0', async () => {
    const { settings, end } = await serve([]);
    expect(await end()).toBe(0);
    await expect(fetch(settings.VBC_BASE_URL ?? '')).rejects.toThrow();
  });

  it.each([
    ['sh', /^export VBC_ACCOUNT_ID='913874'$/m],
    ['powershell', /^\$env:VBC_ACCOUNT_ID = '913874'$/m],
    ['cmd', /^set "VBC_ACCOUNT_ID=913874"$/m],
  ])('prints the settings for %s', async (shell, line) => {
    const controller = new AbortController();
    const stdout = new RecordingStream();
    const printed = once(stdout, 'written');
    const ended = run(['sandbox', '--shell', shell, '--quiet'], { stdout, signal: controller.signal });
    await printed;
    controller.abort();
    await ended;
    expect(stdout.text).toMatch(line);
    expect(stdout.text.trimEnd().split('\n')).toHaveLength(7);
  });

  it('refuses a port in use: exit code 2, one line', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exitCode, stderr } = await run(['sandbox', '--port', String(port)]);
    other.close();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error: [^\\n]*${port}[^\\n]*\\n$`));
  });
});
