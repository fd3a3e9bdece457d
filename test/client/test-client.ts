import { createReportsClient, type ClientOptions, type EventHandlers, type ReportsClient } from '../../src/index.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createFakeApi, type FakeApi, type FakeApiOptions } from './fake-api.ts';

export interface TestClient {
  readonly client: ReportsClient;
  readonly api: FakeApi;
  readonly clock: FakeClock;
  /** Each event as its name and itself, in order. */
  readonly events: readonly (readonly [keyof EventHandlers, unknown])[];
}

/** A client of an API in memory, whose waits take no time; its attempts time out after 60 s of the clock. */
export function createTestClient(api: FakeApiOptions | FakeApi, options: Partial<ClientOptions> = {}): TestClient {
  const clock = createFakeClock({ autoAdvanceUpToMs: 59_999 });
  const fake = 'fetch' in api ? api : createFakeApi(api);
  const events: [keyof EventHandlers, unknown][] = [];
  const record = (name: keyof EventHandlers) => (event: unknown) => void events.push([name, event]);
  const client = createReportsClient({
    accountId: '913874',
    auth: 'token-of-the-test-client',
    baseUrl: 'https://api.example.com/reports',
    fetch: fake.fetch,
    clock,
    random: () => 0.5,
    on: {
      request: record('request'),
      retry: record('retry'),
      page: record('page'),
      rejected: record('rejected'),
      token: record('token'),
      warning: record('warning'),
    },
    ...options,
  });
  return { client, api: fake, clock, events };
}
