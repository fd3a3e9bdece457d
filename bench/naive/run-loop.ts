import { startSandbox } from '../../src/sandbox.ts';
import type { Sandbox } from '../../src/sandbox.ts';

import { naiveLoops } from './loops.ts';
import type { FetchPage, LoopName, NaivePage } from './loops.ts';
import { scenarios } from './scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

/** The outcome of a loop: `lost` counts calls that were listed before it started and that it did not return. */
export type LoopResult = { readonly lost: number; readonly repeated: number } | { readonly error: string };

const range = { 'start:gte': '2026-03-01 00:00:00', 'start:lte': '2026-03-31 23:59:59' };

/** Returns the ids of the calls that are listed when a loop starts. */
export async function listedIds(scenario: ScenarioName): Promise<string[]> {
  await using sandbox = await startSandbox(scenarios[scenario]);
  return sandbox.calls().map(({ id }) => id);
}

/** Runs one loop against a sandbox of its own; `before` holds the ids that are listed when it starts. */
export async function runLoop(loop: LoopName, scenario: ScenarioName, before: readonly string[]): Promise<LoopResult> {
  await using sandbox = await startSandbox(scenarios[scenario]);
  const fetchPage = pageFetcher(sandbox, await logIn(sandbox));
  try {
    const found = await naiveLoops[loop](fetchPage);
    const distinct = new Set(found);
    return { lost: before.filter((id) => !distinct.has(id)).length, repeated: found.length - distinct.size };
  } catch (error) {
    return { error: error instanceof HttpError ? error.message : 'broken connection' };
  }
}

class HttpError extends Error {}

function pageFetcher({ baseUrl, accountId }: Sandbox, token: string): FetchPage {
  return async (page, pageSize) => {
    const query = new URLSearchParams({ ...range, page: String(page), page_size: String(pageSize) });
    const url = `${baseUrl}/accounts/${accountId}/call-logs?${query.toString()}`;
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' };
    const response = await fetch(url, { headers });
    if (!response.ok) throw new HttpError(String(response.status));
    return (await response.json()) as NaivePage;
  };
}

/** Logs in as a program without a client does. Returns the token. */
export async function logIn({ tokenUrl, credentials }: Sandbox): Promise<string> {
  const { clientId, clientSecret, username, password } = credentials;
  const client = { client_id: clientId, client_secret: clientSecret };
  const form = { grant_type: 'password', scope: 'openid', username, password, ...client };
  const response = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}
