import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { $CallLog } from '../../generated/schemas/index.ts';
import { startSandbox, type CallRow, type SandboxOptions } from '../../src/sandbox.ts';
import { Patterns } from '../../src/sandbox/calls/patterns.ts';
import { patternRow } from '../../src/sandbox/calls/row.ts';

import { createReader, idsOf, marchDates, marchOnly, rowsOf, secondsOf } from './set-up.ts';

async function callsOf(options: SandboxOptions, range?: { from: Date; to: Date }): Promise<CallRow[]> {
  await using sandbox = await startSandbox(options);
  return sandbox.calls(range);
}

describe('the calls of a seed', () => {
  it('the calls of a seed are the same on every machine: this is the first of March 2026', async () => {
    const [first] = await callsOf({}, marchDates);
    expect(first).toMatchObject({
      id: '2fef5c8f-44cb-4939-b7b5-1a62ff146b6e',
      start: '2026-03-01 02:24:00',
      end: '2026-03-01 02:32:44',
      from: '12125550106',
      to: '1010',
    });
  });

  it('a month has the same calls whatever else is covered', async () => {
    const wide = await callsOf({ from: '2025-07-01', to: '2026-07-01', now: '2026-04-02' }, marchDates);
    expect(await callsOf(marchOnly)).toEqual(wide);
  });

  it('two seeds have no call in common', async () => {
    const [one, other] = await Promise.all([1, 2].map((seed) => callsOf({ ...marchOnly, seed })));
    expect(idsOf(one ?? []).filter((id) => idsOf(other ?? []).includes(id))).toEqual([]);
  });

  it('there are 2,000 calls a month, or exactly as many as the option says', async () => {
    expect((await callsOf(marchOnly)).length).toBe(2_000);
    expect((await callsOf({ ...marchOnly, calls: 12_345 })).length).toBe(12_345);
  });

  it('ids are unique in any range and at any density (fact 22)', async () => {
    const ranges = fc.record({
      calls: fc.integer({ min: 0, max: 3_000 }),
      seed: fc.nat(),
      days: fc.integer({ min: 1, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(ranges, async ({ calls, seed, days }) => {
        const from = new Date('2025-01-15T10:30:00Z');
        const to = new Date(from.getTime() + days * 86_400_000);
        const rows = await callsOf({ seed, calls, from, to, now: '2027-01-01' });
        expect([rows.length, new Set(idsOf(rows)).size]).toEqual([calls, calls]);
        const starts = rows.map(({ start }) => secondsOf(start) * 1000);
        expect(starts.every((start) => start >= from.getTime() && start < to.getTime())).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a million calls', () => {
  it('a million calls are counted in any range and read at any offset', async () => {
    await using sandbox = await startSandbox({
      calls: 1_000_000,
      from: '2025-01-01',
      to: '2026-01-01',
      now: '2026-06-01',
    });
    const reader = await createReader(sandbox);
    const year = { 'start:gte': '2025-01-01 00:00:00', 'start:lte': '2025-12-31 23:59:59', page_size: '1000' };
    const last = await reader.page({ ...year, page: '1000' });
    expect([last.total_items, rowsOf(last).length]).toEqual([1_000_000, 1_000]);
    const hour = { from: new Date('2025-10-07T14:00:00Z'), to: new Date('2025-10-07T15:00:00Z') };
    const page = await reader.page({ ...year, 'start:gte': '2025-10-07 14:00:00', 'start:lte': '2025-10-07 14:59:59' });
    expect(idsOf(rowsOf(page)).sort()).toEqual(idsOf(sandbox.calls(hour)).slice(0, 1000).sort());
    expect(page.total_items).toBe(sandbox.calls(hour).length);
  });
});

describe('the calls of a month', () => {
  const month = callsOf({ ...marchOnly, calls: 20_000 });
  const share = async (holds: (row: CallRow) => boolean): Promise<number> => {
    const rows = await month;
    return rows.filter(holds).length / rows.length;
  };

  it('most calls are on weekdays in office hours, New York time', async () => {
    const hour = ({ start }: CallRow): number => new Date(secondsOf(start) * 1000 - 5 * 3_600_000).getUTCHours();
    const day = ({ start }: CallRow): number => new Date(secondsOf(start) * 1000 - 5 * 3_600_000).getUTCDay();
    expect(await share((row) => hour(row) >= 8 && hour(row) <= 18)).toBeGreaterThan(0.85);
    expect(await share((row) => day(row) === 0 || day(row) === 6)).toBeLessThan(0.15);
  });

  it('some calls tie in a second, last over an hour or run over midnight UTC', async () => {
    const starts = new Map<string, number>();
    for (const { start } of await month) starts.set(start, (starts.get(start) ?? 0) + 1);
    expect(Math.max(...starts.values())).toBeGreaterThan(1);
    expect(await share(({ length }) => length > 3_600)).toBeGreaterThan(0.001);
    expect(await share(({ start, end }) => start.slice(0, 10) < end.slice(0, 10))).toBeGreaterThan(0.0005);
  });

  it('the length is the whole seconds from start to end (fact 25)', async () => {
    expect(await share(({ start, end, length }) => secondsOf(end) - secondsOf(start) === length)).toBe(1);
  });

  it('fields that may be null sometimes are (fact 21)', async () => {
    const nullable = [
      'source_user',
      'destination_device_name',
      'source_sip_id',
      'destination_extension',
      'custom_tag',
    ] as const;
    for (const field of nullable) expect(await share((row) => row[field] === null)).toBeGreaterThan(0.01);
  });

  it('there are three directions and a result that is not documented (fact 23)', async () => {
    const rows = await month;
    expect(new Set(rows.map(({ direction }) => direction))).toEqual(new Set(['Inbound', 'Outbound', 'Extension']));
    expect(rows.some(({ result }) => result === 'Transferred')).toBe(true);
  });

  it('the outside party is a number in several forms, the own side an extension (fact 24)', async () => {
    const inbound = (await month).filter(({ direction }) => direction === 'Inbound');
    const numbers = inbound.map(({ from = '' }) => from);
    for (const shape of [/^1\d{10}$/, /^\+1\d{10}$/, /^\d{10}$/, /^\+44/]) {
      expect(numbers.some((number) => shape.test(number))).toBe(true);
    }
    expect(inbound.every(({ to = '' }) => /^\d{4}$/.test(to))).toBe(true);
  });

  it('a call group is one caller on several phones, one answered and the others missed (fact 26)', async () => {
    const rows = (await month).filter(({ direction }) => direction === 'Inbound');
    const groups = rows.filter((row, place) => {
      const next = rows[place + 1];
      const isClose = next !== undefined && secondsOf(next.start) - secondsOf(row.start) <= 2;
      return (
        isClose && next.from === row.from && next.to !== row.to && [row, next].some(({ result }) => result === 'Missed')
      );
    });
    expect(groups.length / rows.length).toBeGreaterThan(0.03);
  });

  it('names and tags are presentable unless hostile text is switched on', async () => {
    const texts = (rows: readonly CallRow[]): string[] => {
      return rows.flatMap((row) => [row.source_user_full_name ?? 'Ana', row.custom_tag ?? 'Sales']);
    };
    expect(texts(await month).every((text) => /^[A-Z][a-z]+( [A-Z][a-z]+)?$/.test(text))).toBe(true);
    const hostile = texts(await callsOf({ ...marchOnly, calls: 20_000, switches: { hostileText: true } }));
    const shapes = [/^=/, /^\+/, /^-/, /^@/, /"/, /,/, /\n/, /</, /\u202e/, /\p{Extended_Pictographic}/u];
    expect(hostile.some((text) => text.includes('\u001b'))).toBe(true);
    for (const shape of shapes) expect(hostile.filter((text) => shape.test(text))).not.toEqual([]);
  });
});

describe('the story of a month', () => {
  const month = callsOf(marchOnly);
  const inbound = async (): Promise<CallRow[]> => (await month).filter(({ direction }) => direction === 'Inbound');
  const missedShare = (rows: readonly CallRow[]): number => {
    return rows.filter(({ result }) => result === 'Missed').length / rows.length;
  };
  const groupBy = (rows: readonly CallRow[], keyOf: (row: CallRow) => string): [string, CallRow[]][] => {
    const groups = new Map<string, CallRow[]>();
    for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
    return [...groups].sort(([, one], [, other]) => other.length - one.length);
  };
  const wall = ({ start }: CallRow): string => {
    return new Date(secondsOf(start) * 1000).toLocaleString('en-US', {
      timeZone: 'America/New_York',
      weekday: 'short',
      hour: 'numeric',
    });
  };

  it('Monday from 9 to 11 is the rush of the week', async () => {
    const busiest = groupBy(await month, wall).slice(0, 2);
    expect(busiest.map(([hour]) => hour).sort()).toEqual(['Mon 10 AM', 'Mon 9 AM']);
  });

  it('on one afternoon nearly every inbound call is missed', async () => {
    const afternoons = groupBy(await inbound(), ({ start }) => start.slice(0, 10)).map(([day, rows]) => {
      return { day, afternoon: rows.filter(({ start }) => start.slice(11) >= '17' && start.slice(11) < '21') };
    });
    const failed = afternoons.filter(({ afternoon }) => afternoon.length > 10 && missedShare(afternoon) > 0.7);
    expect(failed).toHaveLength(1);
  });

  it('one colleague gets several times the calls of any other and misses more of them', async () => {
    const [first, second] = groupBy(await inbound(), ({ to = '' }) => to);
    expect(first?.[1].length).toBeGreaterThan(3 * (second?.[1].length ?? 0));
    expect(missedShare(first?.[1] ?? [])).toBeGreaterThan(missedShare(await inbound()));
  });

  it('some callers call again and again and are never answered', async () => {
    const callers = groupBy(await inbound(), ({ from = '' }) => from);
    const never = callers.filter(([, rows]) => rows.every(({ result }) => /Missed|Voicemail/.test(result)));
    expect(never.filter(([, rows]) => rows.length > 7)).not.toEqual([]);
  });

  it('there are internal and international calls', async () => {
    const rows = await month;
    expect(rows.filter(({ in_network }) => in_network).length).toBeGreaterThan(100);
    expect(rows.filter(({ international }) => international).length).toBeGreaterThan(50);
  });
});

describe('a switch for ties', () => {
  it('tieRun sets how many calls start in one second, once in 1,024 calls', async () => {
    const rows = await callsOf({ ...marchOnly, calls: 3_000, switches: { tieRun: 70 } });
    const counts = new Map<string, number>();
    for (const { start } of rows) counts.set(start, (counts.get(start) ?? 0) + 1);
    expect([...counts.values()].filter((count) => count >= 70).length).toBe(3);
  });
});

describe('a field that is new in the document', () => {
  it('a new field appears in its place with a value of its type', () => {
    const properties = {
      hold_seconds: { type: 'number' },
      ...$CallLog.properties,
      queue: { type: 'string', isNullable: true },
      transferred: { type: 'boolean' },
    };
    const patterns = new Patterns(1, false);
    const rows: Record<string, unknown>[] = Array.from({ length: 500 }, (_, number) => {
      return patternRow(patterns.get(number), properties);
    });
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(properties));
    expect(new Set(rows.map(({ hold_seconds }) => typeof hold_seconds))).toEqual(new Set(['number']));
    expect(new Set(rows.map(({ queue }) => (queue === null ? 'null' : typeof queue)))).toEqual(
      new Set(['string', 'null']),
    );
    expect(new Set(rows.map(({ transferred }) => transferred))).toEqual(new Set([true, false]));
  });
});
