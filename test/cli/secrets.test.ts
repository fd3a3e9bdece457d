import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { FetchLike } from '../../src/http/fetch-like.ts';
import { faultNames, startSandbox } from '../../src/sandbox/index.ts';
import { environmentOf, run, withFolder } from './run.ts';

/** A `fetch` that keeps every token it sees. */
function collectingTokens(tokens: Set<string>): FetchLike {
  return async (url, init) => {
    const sent = new Headers(init.headers).get('authorization');
    if (sent !== null) tokens.add(sent.replace(/^\w+ /, ''));
    const response = await fetch(url, init);
    if (!url.endsWith('/token') || !response.ok) return response;
    const { access_token, refresh_token } = (await response.clone().json()) as Record<string, string>;
    for (const token of [access_token, refresh_token]) if (token !== undefined) tokens.add(token);
    return response;
  };
}

describe('what the command prints', () => {
  it.each(faultNames.filter((fault) => !fault.startsWith('stall')).map((fault) => [fault]))(
    'holds no secret and no token when a request meets the fault %s',
    async (fault) => {
      const faults = [{ fault, page: 1, times: 1 }];
      const sandbox = await startSandbox({ from: '2025-01-01', to: '2026-01-01', faults });
      await withFolder(async (folder) => {
        const tokens = new Set<string>();
        const env = environmentOf(sandbox, join(folder, 'state'));
        const args = [
          'export',
          '--from',
          '2025-03-01',
          '--to',
          '2025-03-08',
          '--out',
          '-',
          '--format',
          'ndjson',
          '--json',
        ];
        const { stdout, stderr } = await run(args, { env, fetch: collectingTokens(tokens) });
        expect(tokens.size).toBeGreaterThan(0);
        for (const secret of [...tokens, env.VBC_CLIENT_SECRET ?? '', env.VBC_PASSWORD ?? '']) {
          expect(stdout + stderr).not.toContain(secret);
        }
      });
      await sandbox.stop();
    },
    20_000,
  );
});
