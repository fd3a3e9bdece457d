import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { FetchLike } from '../../../src/core/http/attempt.ts';
import { type FaultName, faultNames, startSandbox } from '../../../src/sandbox.ts';
import { createFastClock } from '../../support/fast-clock.ts';
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

/** A number that the command filters by; no row holds it. */
const number = '19995550123';

/** Everything that an export prints whose first page meets the fault, and what must not be in it. */
async function exportWith(fault: FaultName): Promise<{ printed: string; secrets: string[] }> {
  const faults = [{ fault, page: 1 }];
  await using sandbox = await startSandbox({ from: '2025-03-01', to: '2025-04-01', now: '2025-05-01', faults });
  return await withFolder(async (folder) => {
    const tokens = new Set<string>();
    const env = environmentOf(sandbox, join(folder, 'state'));
    const io = { env, fetch: collectingTokens(tokens), clock: createFastClock() };
    const args = ['export', '--from', '2025-03-01', '--to', '2025-03-08', '--from-number', number];
    const forPrograms = await run([...args, '--out', '-', '--json'], io);
    sandbox.faults.add(...faults);
    const forPeople = await run([...args, '--out', join(folder, 'calls.csv')], io);
    const printed = [forPrograms.stdout, forPrograms.stderr, forPeople.stdout, forPeople.stderr].join('');
    const { clientSecret, password } = sandbox.credentials;
    return { printed, secrets: [...tokens, clientSecret, password, number] };
  });
}

it('nothing that the command prints holds a secret or a token, whatever fault a request meets', async () => {
  const faults = faultNames.filter((fault) => !fault.startsWith('stall'));
  const runs = await Promise.all(faults.map(exportWith));
  for (const { printed, secrets } of runs) {
    expect(secrets.length).toBeGreaterThan(3);
    for (const secret of secrets) expect(printed).not.toContain(secret);
  }
});
