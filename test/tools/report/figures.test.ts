import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallLog, TimeWindow } from '../../../src/index.ts';
import { startSandbox } from '../../../src/sandbox.ts';
import type { Figures } from '../../../src/tools/report/figures.ts';
import { makeFigures } from '../../../src/tools/report/make-figures.ts';
import { draws } from '../../support/draws.ts';
import { generatedCalls } from './generated-calls.ts';
import { openDatabase } from './sql.ts';

const isAnswered = "result = 'Answered'";
const talkTime = `coalesce(sum(length) filter (${isAnswered}), 0)`;

/** Our own side of the folded calls, once for each person: extension, else number, else user, else full name. */
const sides = `
  select coalesce(nullif(destination_extension, ''), nullif("to", ''), nullif(destination_user, ''), nullif(destination_user_full_name, '')) as person,
    nullif(destination_user_full_name, '') as full_name, nullif(destination_user, '') as user_name, true as received, result, length
  from folded where direction in ('Inbound', 'Extension')
  union all
  select coalesce(nullif(source_extension, ''), nullif("from", ''), nullif(source_user, ''), nullif(source_user_full_name, '')),
    nullif(source_user_full_name, ''), nullif(source_user, ''), false, result, length
  from folded where direction in ('Outbound', 'Extension')`;

/** Callers on days on which they rang at least twice and nobody answered. */
const unanswered = `
  select "from" as caller, day, count(*) filter (result in ('Missed', 'Voicemail')) as calls,
    min(started) filter (result in ('Missed', 'Voicemail')) as first, max(started) filter (result in ('Missed', 'Voicemail')) as last
  from folded where direction = 'Inbound' and regexp_matches("from", '[0-9]')
  group by all having calls >= 2 and count(*) filter (result not in ('Missed', 'Voicemail', 'Blocked')) = 0`;

const hours = `
  select { weekday: w, hour: h, inbound: count(started), missed: count(started) filter (result = 'Missed') } as cell, count(started) as inbound, w, h
  from (select unnest(range(1, 8)) as w) cross join (select unnest(range(24)) as h)
  left join (from folded where direction = 'Inbound') on weekday = w and hour = h group by w, h`;

function direction(condition: string): string {
  return `select { calls: count(*), answered: count(*) filter (${isAnswered}), missed: count(*) filter (result = 'Missed'),
    voicemail: count(*) filter (result = 'Voicemail'), talkTimeSeconds: ${talkTime} } from folded where ${condition}`;
}

/** A local time with the offset of the zone at that instant, which the JavaScript platform is asked for elsewhere. */
function localText(at: string): string {
  const minutes = `datediff('minute', ${at}, local(${at}))`;
  return `strftime(local(${at}), '%Y-%m-%dT%H:%M:%S') || case when ${minutes} < 0 then '-' else '+' end
    || printf('%02d:%02d', abs(${minutes}) // 60, abs(${minutes}) % 60)`;
}

/** Each figure, and the query that must give the same. */
const table: Readonly<Record<string, readonly [(figures: Figures) => unknown, string]>> = {
  'rows read': [({ basis }) => basis.rows, 'select count(*) from counted'],
  'inbound rows': [({ basis }) => basis.inboundRows, `select count(*) from counted where direction = 'Inbound'`],
  'missed rows': [
    ({ basis }) => basis.missedRows,
    `select count(*) from counted where direction = 'Inbound' and result = 'Missed'`,
  ],
  calls: [({ basis, headline }) => [basis.calls, headline.calls], 'select [count(*), count(*)] from folded'],
  'inbound answered rate': [
    ({ headline }) => headline.inboundAnsweredRate?.toFixed(9) ?? null,
    `select printf('%.9f', count(*) filter (${isAnswered}) / count(*)) from folded where direction = 'Inbound' having count(*) > 0`,
  ],
  missed: [
    ({ headline }) => headline.missed,
    `select count(*) from folded where direction = 'Inbound' and result = 'Missed'`,
  ],
  voicemail: [
    ({ headline }) => headline.voicemail,
    `select count(*) from folded where direction = 'Inbound' and result = 'Voicemail'`,
  ],
  'talk time': [({ headline }) => headline.talkTimeSeconds, `select ${talkTime} from folded`],
  'busiest hour': [
    ({ headline }) => headline.busiestHour,
    `select cell from (${hours}) where inbound > 0 order by inbound desc, w, h limit 1`,
  ],
  'calls per day by result': [
    ({ days }) => days.filter(({ calls }) => calls > 0).map(({ linesInUse: _, ...day }) => day),
    `select list(d order by d.date) from (select { date: day::varchar, calls: count(*),
      results: { answered: count(*) filter (${isAnswered}), voicemail: count(*) filter (result = 'Voicemail'),
        missed: count(*) filter (result = 'Missed'), attempted: count(*) filter (result = 'Attempted'),
        blocked: count(*) filter (result = 'Blocked'),
        other: count(*) filter (result not in ('Answered', 'Voicemail', 'Missed', 'Attempted', 'Blocked')) },
      inbound: count(*) filter (direction = 'Inbound'),
      inboundMissed: count(*) filter (direction = 'Inbound' and result = 'Missed') } as d from folded group by day)`,
  ],
  'days of the range': [
    ({ days }) => days.map(({ date }) => date),
    `select list(day order by day) from (select distinct local(second)::date::varchar as day
      from range(getvariable('from'), getvariable('to'), interval 15 minutes) as quarters(second))`,
  ],
  'hours of the week': [({ hours }) => hours, `select list(cell order by w, h) from (${hours})`],
  'durations of answered calls': [
    ({ durations }) => durations.map(({ calls }) => calls),
    `select list(c order by low) from (select low, count(started) as c from (values (0, 30), (30, 60), (60, 120), (120, 300),
      (300, 600), (600, 1200), (1200, 1800), (1800, 3600), (3600, 1e9)) as buckets(low, high)
      left join (from folded where ${isAnswered}) on length >= low and length < high group by low)`,
  ],
  people: [
    ({ people }) => people,
    `select list(p order by p.calls desc, p.id) from (select { id: person, name: coalesce(max(full_name), max(user_name)),
      calls: count(*), received: count(*) filter (received), answered: count(*) filter (received and ${isAnswered}),
      missed: count(*) filter (received and result = 'Missed'), made: count(*) filter (not received),
      talkTimeSeconds: ${talkTime}, longestSeconds: coalesce(max(length) filter (${isAnswered}), 0) } as p
      from (${sides}) where person is not null group by person)`,
  ],
  'most lines in use': [({ linesInUse }) => linesInUse.most, 'select coalesce(max(level), 0)::int from levels'],
  'first time of most lines in use': [
    ({ linesInUse }) => linesInUse.at,
    `select ${localText('second')} from levels where level > 0 order by level desc, second limit 1`,
  ],
  'most lines in use by hour of the day': [
    ({ linesInUse }) => linesInUse.byHour,
    `select list(level order by h) from (select h, coalesce(max(level), 0)::int as level
      from (select unnest(range(24)) as h) left join levels on hour(local(second)) = h group by h)`,
  ],
  'most lines in use by day': [
    ({ days }) => days.map(({ linesInUse }) => linesInUse),
    `select list(level order by day) from (select local(second)::date as day, max(level)::int as level from levels group by day)`,
  ],
  inbound: [({ directions }) => directions.inbound, direction(`direction = 'Inbound'`)],
  outbound: [({ directions }) => directions.outbound, direction(`direction = 'Outbound'`)],
  internal: [({ directions }) => directions.internal, direction(`direction = 'Extension'`)],
  'other directions': [
    ({ directions }) => directions.other,
    direction(`direction not in ('Inbound', 'Outbound', 'Extension')`),
  ],
  international: [({ directions }) => directions.international, direction('international')],
  'number of unanswered callers': [
    ({ unanswered: { count, calls } }) => ({ count, calls }),
    `select { count: count(*), calls: coalesce(sum(calls), 0)::int } from (${unanswered})`,
  ],
  'unanswered callers': [
    ({ unanswered: { callers } }) => callers,
    `select coalesce(list({ caller: caller, date: day::varchar, calls: calls, first: ${localText('first')}, last: ${localText('last')} }
      order by calls desc, day, caller)[:50], []) from (${unanswered})`,
  ],
};

const names = Object.keys(table);

async function expectSameAsSql(calls: readonly CallLog[], range: TimeWindow, timeZone: string): Promise<void> {
  const figures = await makeFigures(pagesOf(calls), { range, timeZone, showNumbers: true });
  const database = await openDatabase(calls, range, timeZone);
  try {
    const ours: Record<string, unknown> = {};
    const theirs: Record<string, unknown> = {};
    for (const [name, [figure, sql]] of Object.entries(table)) {
      ours[name] = figure(figures) ?? null;
      theirs[name] = (await database.value(sql)) ?? (Array.isArray(ours[name]) ? [] : null);
    }
    expect(ours).toEqual(theirs);
  } finally {
    database.close();
  }
}

function pagesOf(calls: readonly CallLog[], size = 700): { calls: readonly CallLog[] }[] {
  return Array.from({ length: Math.ceil(calls.length / size) }, (_, page) => ({
    calls: calls.slice(page * size, (page + 1) * size),
  }));
}

async function sandboxCalls(from: string, to: string, count: number): Promise<CallLog[]> {
  const covered = { from: new Date(from), to: new Date(to) };
  await using sandbox = await startSandbox({ ...covered, calls: count, now: new Date(covered.to.getTime() + 1e9) });
  return sandbox.calls(undefined, { all: true });
}

/** Zones, and a range in which their clocks do something. */
const places = [
  ['UTC', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
  ['America/New_York', '2026-03-01T05:00:00Z', '2026-04-01T04:00:00Z'],
  ['America/New_York', '2026-10-25T04:00:00Z', '2026-11-08T05:00:00Z'],
  ['Asia/Kolkata', '2026-01-04T18:30:00Z', '2026-01-18T18:30:00Z'],
  ['Pacific/Apia', '2011-12-20T10:00:00Z', '2012-01-09T10:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-01T00:00:00Z', '2026-04-09T12:34:56Z'],
] as const;

describe('every figure equals a query of DuckDB over the same rows', () => {
  it.each(places)('in %s from %s', async (timeZone, from, to) => {
    const covered = [new Date(Date.parse(from) - 86_400_000), new Date(Date.parse(to) + 86_400_000)] as const;
    const calls = await sandboxCalls(covered[0].toISOString(), covered[1].toISOString(), draws(1_000, 3_000));
    await expectSameAsSql(calls, { from: new Date(from), to: new Date(to) }, timeZone);
  });

  it('for a year', async () => {
    const calls = await sandboxCalls('2026-01-01', '2027-01-01', draws(5_000, 20_000));
    const range = { from: new Date('2026-01-01T05:00:00Z'), to: new Date('2027-01-01T05:00:00Z') };
    await expectSameAsSql(calls, range, 'America/New_York');
  });

  it.each([0, 1])('for %i calls', async (count) => {
    const calls = await sandboxCalls('2026-01-05', '2026-01-06', count);
    const range = { from: new Date('2026-01-05T00:00:00Z'), to: new Date('2026-01-06T00:00:00Z') };
    await expectSameAsSql(calls, range, 'UTC');
  });

  it('for any rows: every direction and result, call groups, missing fields, calls over a clock change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), generatedCalls(), async ([timeZone, from, to], make) => {
        const range = { from: new Date(from), to: new Date(to) };
        await expectSameAsSql(make(range), range, timeZone);
      }),
      { numRuns: draws(12, 60) },
    );
  }, 120_000);

  it('in a table of every figure', () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
  });
});
