import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { $CallLog } from '../../generated/schemas/index.ts';
import { startSandbox } from '../../src/sandbox.ts';
import type { CallRow, SandboxOptions } from '../../src/sandbox.ts';
import { createPatterns } from '../../src/sandbox/rows/call-patterns.ts';
import { createParties } from '../../src/sandbox/rows/parties.ts';
import { createRowTemplate } from '../../src/sandbox/rows/row-template.ts';

import { createReader, idsOf, marchDates, marchOnly, rowsOf } from './set-up.ts';

async function callsOf(options: SandboxOptions, range?: { from: Date; to: Date }): Promise<CallRow[]> {
  await using sandbox = await startSandbox(options);
  return sandbox.calls(range);
}

const seconds = (time: string): number => Date.parse(`${time.replace(' ', 'T')}Z`) / 1000;

describe('the calls of a seed', () => {
  it('are the same on every machine: this is the first of March 2026', async () => {
    const [first] = await callsOf({}, marchDates);
    expect(first).toMatchObject({
      id: '2fef5c8f-44cb-4939-b7b5-1a62ff146b6e',
      start: '2026-03-01 01:52:38',
      end: '2026-03-01 02:01:22',
      from: '+442079460919',
      to: '1010',
    });
  });

  it('are the same whatever else is covered', async () => {
    const wide = await callsOf({ from: '2025-07-01', to: '2026-07-01', now: '2026-04-02' }, marchDates);
    expect(await callsOf(marchOnly)).toEqual(wide);
  });

  it('differ from seed to seed', async () => {
    const [one, other] = await Promise.all([1, 2].map((seed) => callsOf({ ...marchOnly, seed })));
    expect(idsOf(one ?? []).filter((id) => idsOf(other ?? []).includes(id))).toEqual([]);
  });

  it('number about 2,000 a month unless told otherwise, and exactly as many as told', async () => {
    expect((await callsOf(marchOnly)).length).toBe(2_000);
    expect((await callsOf({ ...marchOnly, calls: 12_345 })).length).toBe(12_345);
  });

  it('have ids of their own, in any range of a year and at any density (fact 22)', async () => {
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
        const starts = rows.map(({ start }) => seconds(start) * 1000);
        expect(starts.every((start) => start >= from.getTime() && start < to.getTime())).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a million calls', () => {
  it('are counted in any range and read at any offset, though no row is stored', async () => {
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

  it('fall on weekdays in office hours, New York time', async () => {
    const hour = ({ start }: CallRow): number => new Date(seconds(start) * 1000 - 5 * 3_600_000).getUTCHours();
    const day = ({ start }: CallRow): number => new Date(seconds(start) * 1000 - 5 * 3_600_000).getUTCDay();
    expect(await share((row) => hour(row) >= 8 && hour(row) <= 18)).toBeGreaterThan(0.85);
    expect(await share((row) => day(row) === 0 || day(row) === 6)).toBeLessThan(0.15);
  });

  it('tie in a second, last over an hour, and run over midnight UTC', async () => {
    const starts = new Map<string, number>();
    for (const { start } of await month) starts.set(start, (starts.get(start) ?? 0) + 1);
    expect(Math.max(...starts.values())).toBeGreaterThan(1);
    expect(await share(({ length }) => length > 3_600)).toBeGreaterThan(0.001);
    expect(await share(({ start, end }) => start.slice(0, 10) < end.slice(0, 10))).toBeGreaterThan(0.0005);
  });

  it('last from start to end, in whole seconds (fact 25)', async () => {
    expect(await share(({ start, end, length }) => seconds(end) - seconds(start) === length)).toBe(1);
  });

  it('have null wherever a field may be null (fact 21)', async () => {
    const nullable = [
      'source_user',
      'destination_device_name',
      'source_sip_id',
      'destination_extension',
      'custom_tag',
    ] as const;
    for (const field of nullable) expect(await share((row) => row[field] === null)).toBeGreaterThan(0.01);
  });

  it('have three directions and results outside the list (fact 23)', async () => {
    const rows = await month;
    expect(new Set(rows.map(({ direction }) => direction))).toEqual(new Set(['Inbound', 'Outbound', 'Extension']));
    expect(new Set(rows.map(({ result }) => result)).size).toBeGreaterThan(5);
  });

  it('name the outside party by a number in several writings, our own by the extension (fact 24)', async () => {
    const inbound = (await month).filter(({ direction }) => direction === 'Inbound');
    const numbers = inbound.map(({ from = '' }) => from);
    for (const shape of [/^1\d{10}$/, /^\+1\d{10}$/, /^\d{10}$/, /^\+44/]) {
      expect(numbers.some((number) => shape.test(number))).toBe(true);
    }
    expect(inbound.every(({ to = '' }) => /^\d{4}$/.test(to))).toBe(true);
  });

  it('hold call groups: neighbours from one number, one answered, the others missed (fact 26)', async () => {
    const rows = (await month).filter(({ direction }) => direction === 'Inbound');
    const groups = rows.filter((row, place) => {
      const next = rows[place + 1];
      const isClose = next !== undefined && seconds(next.start) - seconds(row.start) <= 2;
      return (
        isClose && next.from === row.from && next.to !== row.to && [row, next].some(({ result }) => result === 'Missed')
      );
    });
    expect(groups.length / rows.length).toBeGreaterThan(0.03);
  });

  it('hold names that break careless programs: formulas, quotes, newlines, HTML, escapes, emoji', async () => {
    const names = new Set((await month).map((row) => row.source_user_full_name ?? ''));
    const shapes = [/^=/, /^\+/, /^-/, /^@/, /"/, /,/, /\n/, /</, /\u202e/, /\p{Extended_Pictographic}/u];
    expect([...names].some((name) => name.includes('\u001b'))).toBe(true);
    for (const shape of shapes) expect([...names].some((name) => shape.test(name))).toBe(true);
  });
});

describe('a switch for ties', () => {
  it('lets as many calls start in one second as it says, once in 1,024 calls', async () => {
    const rows = await callsOf({ ...marchOnly, calls: 3_000, switches: { tieRun: 70 } });
    const counts = new Map<string, number>();
    for (const { start } of rows) counts.set(start, (counts.get(start) ?? 0) + 1);
    expect([...counts.values()].filter((count) => count >= 70).length).toBe(3);
  });
});

describe('a field that is new in the document', () => {
  it('appears in its place, with a value made from its type', () => {
    const properties = {
      hold_seconds: { type: 'number' },
      ...$CallLog.properties,
      queue: { type: 'string', isNullable: true },
      transferred: { type: 'boolean' },
    };
    const rows = createPatterns(1, createParties(1)).map((pattern) => {
      return JSON.parse(createRowTemplate(pattern, properties).bytes.toString()) as Record<string, unknown>;
    });
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(properties));
    expect(new Set(rows.map(({ hold_seconds }) => typeof hold_seconds))).toEqual(new Set(['number']));
    expect(new Set(rows.map(({ queue }) => (queue === null ? 'null' : typeof queue)))).toEqual(
      new Set(['string', 'null']),
    );
    expect(new Set(rows.map(({ transferred }) => transferred))).toEqual(new Set([true, false]));
  });
});
