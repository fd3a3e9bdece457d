import { describe, expect, it } from '@jest/globals';
import { type CallLog, settledUntil } from '../../../src/index.ts';
import { startSandbox } from '../../../src/sandbox.ts';
import type { Figures } from '../../../src/tools/report/figures.ts';
import { type FiguresOptions, makeFigures, withPrevious } from '../../../src/tools/report/make-figures.ts';
import { exampleCall } from '../export/example-call.ts';

const range = { from: new Date('2026-01-05T00:00:00Z'), to: new Date('2026-01-06T00:00:00Z') };
const now = new Date('2026-02-01T00:00:00Z');

function call(fields: Partial<CallLog>): CallLog {
  return { ...exampleCall, from: '17325550101', start: '2026-01-05 10:00:00', end: '2026-01-05 10:01:00', ...fields };
}

async function figuresOf(calls: readonly CallLog[], options: FiguresOptions = {}): Promise<Figures> {
  return await makeFigures([{ calls }], { range, now, ...options });
}

describe('figures', () => {
  it('survive JSON unchanged', async () => {
    const figures = await figuresOf([call({})]);
    expect(JSON.parse(JSON.stringify(figures))).toEqual(figures);
  });

  it('leave out calls that started outside of the range', async () => {
    const starts = ['2026-01-04 23:59:59', '2026-01-05 00:00:00', '2026-01-05 23:59:59', '2026-01-06 00:00:00'];
    const { basis } = await figuresOf(starts.map((start, index) => call({ id: String(index), start })));
    expect(basis.rows).toBe(2);
  });

  it('without a range cover the local days from the first call to the last', async () => {
    const calls = [call({ start: '2026-01-05 04:00:00' }), call({ start: '2026-01-06 06:00:00' })];
    const { range: covered, days } = await figuresOf(calls, { range: undefined, timeZone: 'America/New_York' });
    expect([covered.fromLocal, covered.toLocal]).toEqual(['2026-01-04T00:00:00-05:00', '2026-01-07T00:00:00-05:00']);
    expect(days.map(({ date, calls }) => [date, calls])).toEqual([
      ['2026-01-04', 1],
      ['2026-01-05', 0],
      ['2026-01-06', 1],
    ]);
  });

  it('without a range and without a call cover the day on which they were made', async () => {
    const { days, headline } = await figuresOf([], { range: undefined });
    expect(days.map(({ date }) => date)).toEqual(['2026-02-01']);
    expect(headline).toEqual({
      ...{ calls: 0, inboundAnsweredRate: null, missed: 0, voicemail: 0, talkTimeSeconds: 0, busiestHour: null },
    });
  });

  it('name the calls stated, and rows and calls apart', async () => {
    const group = ['Missed', 'Answered', 'Missed'].map((result, index) => call({ id: String(index), result }));
    const options = { range, now, version: '1.2.3', settledUntil: settledUntil(now.getTime()) };
    const figures = await makeFigures([{ calls: group, totalItems: 4 }], options);
    expect(figures.basis).toEqual({
      ...{ source: 'api', name: null, complete: true, version: '1.2.3', foldingGapSeconds: 10 },
      ...{ stated: 4, rows: 3, calls: 1, inboundRows: 3, missedRows: 2 },
      ...{ settledUntil: '2026-01-30T23:00:00Z', madeAt: '2026-02-01T00:00:00Z' },
    });
  });

  it('of a file do not claim to be complete or settled', async () => {
    const { basis } = await figuresOf([], { source: 'file', sourceName: 'calls.csv' });
    expect(basis).toMatchObject({ complete: null, settledUntil: null, name: 'calls.csv' });
  });

  it('take a length that is not a number for 0', async () => {
    const calls = [call({ result: 'Answered', length: NaN }), call({ result: 'Answered', length: 60, from: '2' })];
    expect((await figuresOf(calls)).headline.talkTimeSeconds).toBe(60);
  });

  it('are returned with those of the previous span', async () => {
    const [figures, before] = [await figuresOf([call({})]), await figuresOf([])];
    expect(withPrevious(figures, before).previous?.headline.calls).toBe(0);
    expect(withPrevious(figures, before).previous).not.toHaveProperty('previous');
  });

  it('of the made-up January show what went wrong: a Monday rush, an outage and one overloaded person', async () => {
    const january = { from: new Date('2026-01-01T05:00:00Z'), to: new Date('2026-02-01T05:00:00Z') };
    await using sandbox = await startSandbox({ from: '2025-01-01', to: '2027-01-01', now });
    const { headline, days, people } = await figuresOf(sandbox.calls(january), {
      range: january,
      timeZone: 'America/New_York',
      people: 'missed',
    });
    expect(headline.busiestHour).toMatchObject({ weekday: 1 });
    const byShare = days
      .filter(({ inbound }) => inbound >= 20)
      .sort((a, b) => b.inboundMissed / b.inbound - a.inboundMissed / a.inbound)
      .map(({ date, inbound, inboundMissed }) => [date, inboundMissed / inbound] as const);
    expect(byShare[0]?.[0]).toBe('2026-01-09');
    expect(byShare[0]?.[1]).toBeGreaterThan(2 * (byShare[1]?.[1] ?? 1));
    expect(people[0]?.missed).toBeGreaterThan(3 * (people[1]?.missed ?? Infinity));
  });
});

describe('numbers of callers', () => {
  const calls = ['10:00:00', '11:00:00'].map((time, index) => {
    return call({ id: String(index), start: `2026-01-05 ${time}`, from: '17325550107', result: 'Missed' });
  });

  it('are shortened to their last four digits', async () => {
    const figures = await figuresOf(calls);
    expect(figures.unanswered.callers).toEqual([expect.objectContaining({ caller: '…0107', calls: 2 })]);
    expect(JSON.stringify(figures)).not.toContain('17325550107');
  });

  it('are whole if asked for', async () => {
    const { unanswered } = await figuresOf(calls, { showNumbers: true });
    expect(unanswered.callers).toEqual([expect.objectContaining({ caller: '17325550107' })]);
  });

  it('do not count a call for a person if every field of its own side is null', async () => {
    const nobody = { to: '', destination_extension: null, destination_user: null, destination_user_full_name: null };
    const { people, callsOfOtherPeople } = await figuresOf([call(nobody)]);
    expect({ people, callsOfOtherPeople }).toEqual({ people: [], callsOfOtherPeople: 1 });
  });
});

describe('what is refused', () => {
  it('is a call that comes after a later one', async () => {
    const calls = [call({ start: '2026-01-05 11:00:00' }), call({})];
    await expect(figuresOf(calls)).rejects.toThrow('The calls are not in the order of their starts');
  });

  it('is a start that cannot be read', async () => {
    await expect(figuresOf([call({ start: 'yesterday' })])).rejects.toMatchObject({ code: 'malformed-response' });
  });

  it('is a range of more than ten years, stated or found in a file', async () => {
    const long = { from: new Date('2010-01-01'), to: new Date('2026-01-01') };
    await expect(figuresOf([], { range: long })).rejects.toThrow('A report covers ten years at most');
    const calls = [call({ start: '2010-01-01 00:00:00' }), call({})];
    await expect(figuresOf(calls, { range: undefined })).rejects.toThrow('A report covers ten years at most');
  });

  it('is an unknown zone', async () => {
    await expect(figuresOf([], { timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'configuration' });
  });
});
