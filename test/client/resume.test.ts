import { describe, expect, it } from '@jest/globals';

import { ReportsError, type ListOptions } from '../../src/index.ts';
import { createFakeApi, january, json } from './fake-api.ts';
import { createTestClient } from './test-client.ts';

const may = { from: '2025-05-01', to: '2025-06-01' };
const halfYear = { from: '2025-01-01', to: '2025-07-01' };

function windowsOf(error: unknown): unknown {
  if (!(error instanceof ReportsError)) throw error;
  return error.resume?.windows;
}

function windowOf({ from, to }: Pick<ListOptions, 'from' | 'to'>): unknown {
  return [{ from: `${String(from)}T00:00:00.000Z`, to: `${String(to)}T00:00:00.000Z` }];
}

describe('one failed login that ends several lists', () => {
  const auth = { clientId: 'app', clientSecret: 'client-secret-1', username: 'jane', password: 'password-1' };

  function failingClient() {
    const api = createFakeApi({ instead: ({ path }) => (path === '/token' ? json({}, { status: 503 }) : undefined) });
    return createTestClient(api, { auth, tokenUrl: 'https://api.example.com/token' });
  }

  it('gives each list an error that resumes its own range', async () => {
    const { client } = failingClient();
    const lists = [halfYear, may, january].map((range) => client.callLogs.list(range).toArray());
    const outcomes = await Promise.all(lists.map((list) => list.catch(windowsOf)));
    expect(outcomes).toEqual([windowOf(halfYear), windowOf(may), windowOf(january)]);
  });

  it('gives a later list an error of its own too, of the same class, code and words', async () => {
    const { client } = failingClient();
    const first: unknown = await client.callLogs.list(halfYear).toArray().catch(String);
    const second: unknown = await client.callLogs
      .list(may)
      .toArray()
      .catch((error: unknown) => error);
    expect(second).toMatchObject({ name: 'ServerError', code: 'server', status: 503 });
    expect(windowsOf(second)).toEqual(windowOf(may));
    expect(String(second)).toBe(first);
    expect((second as Error).stack).toContain('ServerError');
  });
});
