import { startSandbox } from '../../../../src/sandbox.ts';
import type { Figures, PersonFigures } from '../../../../src/tools/report/figures.ts';
import { type FiguresOptions, makeFigures, withPrevious } from '../../../../src/tools/report/make-figures.ts';
import type { RenderOptions } from '../../../../src/tools/report/page/render-report.ts';

/** Figures that a page is made of in the tests. */
export interface PageCase {
  readonly figures: Figures;
  readonly options?: RenderOptions;
}

/** A sandbox that is started once for all tests, and stopped: its calls are all that is wanted of it. */
const invented = (async () => {
  await using sandbox = await startSandbox({ from: '2025-01-01', to: '2027-01-01' });
  return sandbox;
})();

/** The figures of calls of the sandbox, whose sample data tells of a rush, an outage and an overloaded person. */
export async function sandboxFigures(from: string, to: string, options: FiguresOptions = {}): Promise<Figures> {
  const range = { from: new Date(from), to: new Date(to) };
  const calls = (await invented).calls(range);
  return await makeFigures([{ calls, totalItems: calls.length }], {
    timeZone: 'America/New_York',
    range,
    source: 'sandbox',
    now: new Date('2026-06-01T12:00:00Z'),
    version: '1.2.3',
    ...options,
  });
}

const figuresOfMonth = sandboxFigures('2026-01-01T05:00:00Z', '2026-02-01T05:00:00Z');

/** January 2026 in New York, made once for all tests. */
export const month = (): Promise<Figures> => figuresOfMonth;

/** A range before the sandbox has calls. */
export const noCalls = (): Promise<Figures> => sandboxFigures('2024-03-01T05:00:00Z', '2024-04-01T04:00:00Z');

/** Names as callers and colleagues may choose them; some do harm to careless pages. */
export const hostileNames: readonly string[] = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><style>*{display:none}</style>',
  '</table></main><!--',
  '&lt;b&gt;',
  '\u202egnp.exe',
  '\u2066\u2067\u202balways open',
  '\u200fمرحبا بالعالم',
  'שלום עולם, 42',
  '\u001b[2J\u001b[31mRed\u001b[0m',
  'Zoë 🦊 Þórsdóttir',
  '李小龍',
  '👩‍👩‍👧‍👦',
  `Z${'\u0335\u0321\u034d'.repeat(60)}algo`,
  'x'.repeat(300),
  'Lord of the many names and titles, '.repeat(9).slice(0, 300),
  'مكتب الاستقبال '.repeat(20).slice(0, 300),
  '   ',
  'null',
];

/** Many people, those with hostile names first. */
export function withManyPeople(figures: Figures, number = 500): Figures {
  const people = Array.from({ length: number }, (_, index): PersonFigures => {
    const received = 4 * (number - index);
    const missed = index % 7 === 0 ? received / 2 : Math.floor(received / 9);
    return {
      id: index === 3 ? '<i>0</i>\u202e' : String(20_000 + index),
      name: hostileNames[index] ?? (index % 9 === 0 ? null : `Person ${index}`),
      calls: received + index,
      received,
      answered: received - missed,
      missed,
      made: index,
      talkTimeSeconds: 97 * received,
      longestSeconds: 600 + 41 * index,
    };
  });
  const caller = { caller: '<b>\u202e0107</b>', date: '2026-01-05', calls: 31, ...callTimes };
  return { ...figures, people, unanswered: { count: 1, calls: 31, callers: [caller] } };
}

const callTimes = { first: '2026-01-05T09:00:00-05:00', last: '2026-01-05T16:59:59-05:00' };

/** The figures of an account with so many times as many calls. */
export function timesAsMany(figures: Figures, factor: number): Figures {
  const times = (_key: string, value: unknown): unknown => (typeof value === 'number' ? value * factor : value);
  const scaled = <Part>(part: Part): Part => JSON.parse(JSON.stringify(part), times) as Part;
  const { headline, hours } = figures;
  return {
    ...figures,
    headline: {
      ...scaled(headline),
      inboundAnsweredRate: headline.inboundAnsweredRate,
      busiestHour: headline.busiestHour && { ...headline.busiestHour, inbound: headline.busiestHour.inbound * factor },
    },
    days: figures.days.map((day) => scaled(day)),
    hours: hours.map((cell) => ({ ...cell, inbound: cell.inbound * factor, missed: cell.missed * factor })),
    durations: figures.durations.map((bucket) => ({ ...bucket, calls: bucket.calls * factor })),
    people: figures.people.map((person) => ({ ...scaled(person), longestSeconds: person.longestSeconds })),
    linesInUse: { ...scaled(figures.linesInUse) },
    directions: scaled(figures.directions),
    basis: { ...figures.basis, rows: figures.basis.rows * factor, calls: figures.basis.calls * factor },
  };
}

/** The pages that a browser opens. */
export const pageCases: Readonly<Record<string, () => Promise<PageCase>>> = {
  'the month of the sandbox': async () => ({ figures: await month() }),
  'the month beside the one before': async () => ({
    figures: withPrevious(await month(), await sandboxFigures('2025-12-01T05:00:00Z', '2026-01-01T05:00:00Z')),
    options: { title: 'Northwind Dental & Sons', people: 'missed' },
  }),
  'no calls': async () => ({ figures: await noCalls() }),
  'one call': async () => ({ figures: await sandboxFigures('2026-01-05T14:00:00Z', '2026-01-05T14:02:00Z') }),
  'one day': async () => ({ figures: await sandboxFigures('2026-01-05T05:00:00Z', '2026-01-06T05:00:00Z') }),
  'a week': async () => ({ figures: await sandboxFigures('2026-01-05T05:00:00Z', '2026-01-12T05:00:00Z') }),
  'a year': async () => ({ figures: await sandboxFigures('2025-01-01T05:00:00Z', '2026-01-01T05:00:00Z') }),
  'a million calls': async () => ({ figures: timesAsMany(await month(), 530) }),
  'five hundred people with hostile names': async () => ({
    figures: withManyPeople(await month()),
    options: { title: hostileNames.join(' ') },
  }),
};
