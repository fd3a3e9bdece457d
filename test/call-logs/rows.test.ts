import { describe, expect, it } from '@jest/globals';

import { IncompleteError, type CallLog, type ListOptions } from '../../src/index.ts';
import { exampleCalls, january, type FakeApiOptions, type Page } from '../client/fake-api.ts';
import { createTestClient, type TestClient } from '../client/test-client.ts';

const calls = exampleCalls(60);
const ids = (rows: readonly CallLog[]): string[] => rows.map(({ id }) => id);

type Row = Record<string, unknown>;

/** An API whose pages show one call in another way. */
function showing(id: string, change: (row: Row) => Row): FakeApiOptions {
  return {
    calls,
    changed: (page: Page) => {
      const { call_logs: rows } = page._embedded as { call_logs: Row[] };
      return { ...page, _embedded: { call_logs: rows.map((row) => (row.id === id ? change(row) : row)) } };
    },
  };
}

interface Outcome {
  readonly found: readonly CallLog[];
  readonly error: IncompleteError | undefined;
  readonly test: TestClient;
}

async function read(api: FakeApiOptions, options: Partial<ListOptions> = {}): Promise<Outcome> {
  const test = createTestClient(api);
  const found: CallLog[] = [];
  try {
    for await (const call of test.client.callLogs.list({ ...january, pageSize: 20, ...options })) found.push(call);
    return { found, error: undefined, test };
  } catch (error) {
    if (!(error instanceof IncompleteError)) throw error;
    return { found, error, test };
  }
}

function eventsOf({ test }: Outcome, name: string): unknown[] {
  return test.events.filter(([event]) => event === name).map(([, event]) => event);
}

describe('a row that cannot be used', () => {
  const others = ids(calls).filter((id) => id !== 'call-00030');

  it.each<[string, string, (row: Row) => Row]>([
    ['no id', 'id', (row) => ({ ...row, id: '' })],
    ['a null id', 'id', (row) => ({ ...row, id: null })],
    ['a numeric id', 'id', (row) => ({ ...row, id: 30 })],
    ['an empty start', 'start', (row) => ({ ...row, start: '' })],
    ['a start that is not a time', 'start', (row) => ({ ...row, start: 'yesterday' })],
    ['a start outside the range', 'outside-range', (row) => ({ ...row, start: '2001-01-01 00:00:00' })],
  ])(
    'because it has %s costs one row: all others are handed out, and the error counts it',
    async (_what, reason, change) => {
      const outcome = await read(showing('call-00030', change));
      expect(ids(outcome.found)).toEqual(others);
      expect(outcome.error?.rejected).toEqual([{ reason, count: 1 }]);
      expect(outcome.error?.windows).toEqual([]);
      expect(eventsOf(outcome, 'rejected')).toEqual([expect.objectContaining({ reason })]);
    },
  );

  it('does not fail a reading that accepts such rows', async () => {
    const outcome = await read(
      showing('call-00030', (row) => ({ ...row, id: null })),
      { acceptRejected: true },
    );
    expect(outcome.error).toBeUndefined();
    expect(ids(outcome.found)).toEqual(others);
    expect(eventsOf(outcome, 'rejected')).toHaveLength(1);
  });
});

describe('starts', () => {
  it.each<[string, (start: string) => string]>([
    ['with a T', (start) => start.replace(' ', 'T')],
    ['with a T and a Z', (start) => `${start.replace(' ', 'T')}Z`],
    ['with a fraction', (start) => `${start}.000`],
    ['with an offset', (start) => `${start.replace(' ', 'T')}+00:00`],
  ])('written %s are compared as times', async (_how, write) => {
    const api: FakeApiOptions = {
      calls,
      changed: (page: Page) => {
        const { call_logs: rows } = page._embedded as { call_logs: Row[] };
        return { ...page, _embedded: { call_logs: rows.map((row) => ({ ...row, start: write(String(row.start)) })) } };
      },
    };
    const { found, error } = await read(api);
    expect(error).toBeUndefined();
    expect(ids(found)).toEqual(ids(calls));
  });
});

describe('an id that is listed in two windows far apart', () => {
  it('with another content is handed out both times, with a warning and a count', async () => {
    const twice = calls.map((call, index) => (index === 50 ? { ...call, id: 'call-00003' } : call));
    const outcome = await read({ calls: twice });
    expect(outcome.error).toBeUndefined();
    expect(outcome.found).toHaveLength(60);
    expect(eventsOf(outcome, 'warning')).toEqual([expect.objectContaining({ code: 'repeated-id' })]);
  });
});

describe('a server that ignores a filter that can be checked', () => {
  it('costs no call: those of the other direction are rejected, with a warning', async () => {
    const mixed = calls.map((call, index) => ({ ...call, direction: index % 2 === 0 ? 'Inbound' : 'Outbound' }));
    const outcome = await read({ calls: mixed }, { direction: 'Inbound' });
    expect(ids(outcome.found)).toEqual(ids(calls.filter((_, index) => index % 2 === 0)));
    expect(outcome.error?.rejected).toEqual([{ reason: 'filter', count: 30 }]);
    expect(eventsOf(outcome, 'warning')).toEqual([expect.objectContaining({ code: 'filter-ignored' })]);
  });
});

describe('an empty page', () => {
  it('may hold null instead of its list of calls', async () => {
    const { found, error } = await read({
      calls: [],
      changed: (page) => ({ ...page, _embedded: { call_logs: null } }),
    });
    expect([found, error]).toEqual([[], undefined]);
  });
});
