import { describe, expect, it } from '@jest/globals';

import type { Figures, HourFigures } from '../../../../src/tools/report/figures.ts';
import { findingsOf } from '../../../../src/tools/report/page/findings.ts';
import { month, noCalls, sandboxFigures } from './cases.ts';

describe('in the month of the sandbox', () => {
  it('the outage, the Monday rush and the overloaded person stand out', async () => {
    const { day, otherDays, person, otherPeople, rush, hours } = findingsOf(await month());
    expect(day?.date).toBe('2026-01-09');
    expect(otherDays).toBe(0);
    expect(person?.id).toBe('1005');
    expect(otherPeople).toBe(0);
    expect(rush).toMatchObject({ weekday: 1, fromHour: 9, toHour: 11 });
    expect(hours).toMatchObject({ weekday: 5, fromHour: 13, toHour: 17 });
  });
});

describe('nothing stands out', () => {
  it('where there are no calls', async () => {
    expect(findingsOf(await noCalls())).toEqual(nothing);
  });

  it('in a single day, which is the whole', async () => {
    const figures = await sandboxFigures('2026-01-09T05:00:00Z', '2026-01-10T05:00:00Z');
    const { day, rush } = findingsOf(figures);
    expect([day, rush]).toEqual([undefined, undefined]);
  });

  it('where all days, hours and people are alike', async () => {
    const figures = await month();
    const even: Figures = {
      ...figures,
      days: figures.days.map((day) => ({ ...day, inbound: 100, inboundMissed: 20 })),
      hours: figures.hours.map((cell) => ({ ...cell, inbound: 50, missed: 10 })),
      people: figures.people.map((person) => ({ ...person, received: 100, missed: 20 })),
    };
    expect(findingsOf(even)).toEqual(nothing);
  });

  it('for a few missed calls, whatever their share', async () => {
    const figures = await month();
    const few: Figures = {
      ...figures,
      days: figures.days.map((day, index) => ({ ...day, inbound: 10, inboundMissed: index === 4 ? 9 : 0 })),
      hours: figures.hours.map((cell) => ({ ...cell, inbound: 10, missed: 0 })),
      people: [],
    };
    expect(findingsOf(few)).toEqual(nothing);
  });

  it('for a small difference, however many calls there are', async () => {
    const figures = await month();
    const many: Figures = {
      ...figures,
      days: figures.days.map((day, index) => ({ ...day, inbound: 1e6, inboundMissed: index === 4 ? 2.5e5 : 2e5 })),
      hours: figures.hours.map((cell) => ({ ...cell, inbound: 1e6, missed: 2e5 })),
      people: [],
    };
    expect(findingsOf(many)).toEqual(nothing);
  });

  it('as a rush, where a weekday is in the range only once', async () => {
    const figures = await sandboxFigures('2026-01-05T05:00:00Z', '2026-01-12T05:00:00Z');
    expect(findingsOf(figures).rush).toBeUndefined();
  });
});

describe('a rush', () => {
  it('ends where an hour of the day is as usual, and the larger of two counts', async () => {
    const figures = await month();
    const times = new Map([
      ['2 9', 40],
      ['2 11', 60],
      ['2 12', 60],
    ]);
    const hours = figures.hours.map((cell): HourFigures => {
      return { ...cell, inbound: times.get(`${cell.weekday} ${cell.hour}`) ?? 10, missed: 0 };
    });
    expect(findingsOf({ ...figures, hours }).rush).toMatchObject({
      weekday: 2,
      fromHour: 11,
      toHour: 13,
      inbound: 120,
    });
  });
});

const nothing = { day: undefined, otherDays: 0, person: undefined, otherPeople: 0, rush: undefined, hours: undefined };
