import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CallLog, callStart, formatApiTime } from '../../../src/index.ts';
import { createFold } from '../../../src/tools/inbound-calls.ts';
import { createDuckDBPlace } from './duckdb-place.ts';
import { day, replace } from './sample-calls.ts';

let place: Awaited<ReturnType<typeof createDuckDBPlace>>;

beforeAll(async () => {
  place = await createDuckDBPlace();
});

afterAll(async () => {
  await place.remove();
});

/** Rows in bursts of few callers, with many ties of start, result and length, in any order. */
const anyRows = fc
  .uniqueArray(
    fc.record({
      id: fc.stringMatching(/^[\dA-Fa-f-]{1,4}$/),
      second: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 10, 20, 21, 31)),
      direction: fc.constantFrom('Inbound', 'Inbound', 'Inbound', 'Inbound', 'Outbound', 'Extension'),
      result: fc.constantFrom('Answered', 'Voicemail', 'Missed', 'Missed', 'missed', 'Blocked', 'Parked'),
      length: fc.constantFrom(0, 0, 1, 2, -1, null),
      from: fc.constantFrom('1', '1', '+17325550102', 'extension 7', 'anonymous', 'unknown', '', ' ', null, undefined),
    }),
    { maxLength: 30, selector: ({ id }) => id },
  )
  .map((rows) =>
    rows.map(({ second, from, ...fields }): CallLog => {
      const start = formatApiTime(new Date(day.from.getTime() + second * 1000));
      // The API's document promises a length, and the live API may break the promise.
      const call = { ...fields, start, end: start, length: fields.length as number };
      return from === undefined ? call : { ...call, from: from as string };
    }),
  );

interface Folded {
  readonly id: unknown;
  readonly startMs: number;
  readonly rings: number;
}

function byStartThenId(a: CallLog, b: CallLog): number {
  return `${a.start} ${a.id}` < `${b.start} ${b.id}` ? -1 : 1;
}

/** The folded inbound calls, by the id of the row that decides. */
function fold(calls: readonly CallLog[]): Folded[] {
  const folded: Folded[] = [];
  const folding = createFold<CallLog>(({ row, startMs, rows }) => {
    if (row.direction === 'Inbound') folded.push({ id: row.id, startMs, rings: rows });
  });
  for (const call of calls.toSorted(byStartThenId)) folding.add(call, callStart(call).getTime());
  folding.end();
  return folded.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
}

async function foldInDatabase(calls: readonly CallLog[]): Promise<Folded[]> {
  const store = place.store();
  await replace(await store.open({ id: '913874', timeZone: 'UTC' }), calls);
  await store.close();
  const rows = await place.query?.('select id, "start", rings from inbound_calls order by id');
  return (rows ?? []).map(({ id, start, rings }) => ({
    ...{ id, startMs: (start as Date).getTime(), rings: Number(rings) },
  }));
}

it('the view inbound_calls folds the same rows into the same calls as the report does', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, async (calls) => {
      expect(await foldInDatabase(calls)).toEqual(fold(calls));
    }),
    { numRuns: 40 },
  );
});
