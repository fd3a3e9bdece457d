import { describe, expect, it } from '@jest/globals';
import { freePort } from '../../../../support/free-port.ts';
import { run, withFolder } from '../../run.ts';

const secret = 'hunter2';

/** Every spelling in which a URL may hold the password, for a server that nobody runs. */
const urls = [
  `postgres://calls:${secret}@127.0.0.1:PORT/calls`,
  `postgresql://calls:${secret}@127.0.0.1:PORT/calls?sslmode=disable`,
  `POSTGRES://calls:${secret}@127.0.0.1:PORT/calls`,
  `postgres://:${secret}@127.0.0.1:PORT/calls`,
  `postgres://127.0.0.1:PORT/calls?user=calls&password=${secret}`,
  `postgres://calls:%68unter2-${secret}@127.0.0.1:PORT/calls`,
];

/** Spellings that are not accepted. */
const wrongUrls = [
  `postgres:/calls:${secret}@127.0.0.1/calls`,
  `postgres:calls:${secret}@127.0.0.1/calls`,
  `postgress://calls:${secret}@127.0.0.1/calls`,
  `mysql://calls:${secret}@127.0.0.1/calls`,
  `calls:${secret}@127.0.0.1/calls`,
  `postgres://calls:${secret}@127.0.0.1:none/calls`,
  `postgres://calls:a/${secret}@127.0.0.1/calls`,
];

const commands: readonly (readonly string[])[] = [
  ['sync', '--sandbox', '--to'],
  ['sync', '--sandbox', '--audit', '--to'],
  ['sync', '--sandbox', '--dry-run', '--verbose', '--json', '--to'],
  ['export', '--month', '2025-03', '--out', '-', '--from-store'],
  ['export', '--month', '2025-03', '--out', '-', '--json', '--from-store'],
];

async function printed(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ text: string; exitCode: number }> {
  const { exitCode, stdout, stderr } = await run(args, { env });
  return { exitCode, text: `${stdout}${stderr}` };
}

describe('the password of a database URL', () => {
  it.each(urls)('is never shown when the server cannot be reached: %s', async (spelling) => {
    const url = spelling.replace('PORT', String(await freePort()));
    await withFolder(async (folder) => {
      for (const command of commands) {
        const { exitCode, text } = await printed([...command, url], { XDG_STATE_HOME: folder });
        expect(exitCode).toBe(1);
        expect(text).not.toContain(secret);
        expect(text).toContain('127.0.0.1');
        // With rows on standard output, standard error is for programs alone.
        if (!command.includes('export') || !command.includes('--json')) expect(text).toContain('holds a password');
      }
    });
  });

  it.each(wrongUrls)('is never shown when the URL is refused: %s', async (url) => {
    for (const command of commands) {
      const [flag = ''] = command.slice(-1);
      const spellings = [
        [...command, url],
        [...command.slice(0, -1), `${flag}=${url}`],
        [...command.slice(0, -1), url],
      ];
      for (const args of spellings) {
        const { exitCode, text } = await printed(args, {});
        expect(exitCode).toBe(2);
        expect(text).not.toContain(secret);
      }
    }
  });

  it('does not cause a warning in VBC_STORE, which other users cannot see', async () => {
    const url = `postgres://calls:${secret}@127.0.0.1:${await freePort()}/calls`;
    const { exitCode, text } = await printed(['sync', '--sandbox'], { VBC_STORE: url });
    expect(exitCode).toBe(1);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('warning');
  });
});
