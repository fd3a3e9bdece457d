import * as Plot from '@observablehq/plot';

import type { CallsByResult, DayFigures } from '../figures.ts';
import {
  base,
  bothSizes,
  countAxis,
  countTicks,
  draw,
  figure,
  type Named,
  type Size,
  strong,
  swatch,
  widths,
} from './charts.ts';
import { type Story, sum } from './findings.ts';
import { calendarDate, count, counted, dayMonth, longDay, monthName, shortDate } from './format.ts';
import { html, type Markup } from './markup.ts';
import { type Column, table } from './tables.ts';

/** The results in words, as the API's document has them. */
const resultNames = {
  missed: 'Missed',
  voicemail: 'Voicemail',
  attempted: 'Attempted',
  blocked: 'Blocked',
  other: 'Other',
  answered: 'Answered',
} as const;

/** Calls per day by result. */
export function daysFigure({ figures, findings }: Story): Markup {
  const { days } = figures;
  const totals = resultOrder.map((result) => ({ result, calls: sum(days, ({ results }) => results[result]) }));
  const present = totals.filter(({ calls }) => calls > 0);
  const worst = findings.day;
  const mark = worst && { date: worst.date, text: `${count(worst.inboundMissed)} of ${count(worst.inbound)} missed` };
  const numbers = present.map(({ result, calls }) => `${resultNames[result]}: ${count(calls)}`);
  const name = `Bars: calls per day by result. In all: ${numbers.join(', ')}.`;
  return figure({
    id: 'days',
    title: daysTitle(days, worst),
    about: html`Calls by result: inbound, outbound and internal. ${barUnits(days)}`,
    drawing: html`${resultLegend(present)} ${bothSizes((size) => drawDays(days, { name, size, mark }))}`,
    summary: 'Table: calls per day',
    numbers: table(days, dayColumns(present), { caption: 'Calls per day by result' }),
  });
}

function daysTitle(days: readonly DayFigures[], worst: DayFigures | undefined): string {
  if (worst !== undefined) {
    const { date, inboundMissed, inbound } = worst;
    return `${longDay(date)} stands out: ${count(inboundMissed)} of ${counted(inbound, 'inbound call')} were missed`;
  }
  const [busiest] = days.toSorted((a, b) => b.calls - a.calls);
  if (busiest === undefined) return 'Calls per day';
  if (days.length === 1) return `${counted(busiest.calls, 'call')} on ${longDay(busiest.date)}`;
  return `The busiest day was ${longDay(busiest.date)}, with ${counted(busiest.calls, 'call')}`;
}

function barUnits(days: readonly DayFigures[]): Markup {
  const [wide, narrow] = [barUnit(days, 'wide'), barUnit(days, 'narrow')];
  if (wide === narrow) return html`Each bar is a ${wide}.`;
  return html`<span class="wide">Each bar is a ${wide}.</span><span class="narrow">Each bar is a ${narrow}.</span>`;
}

interface ResultTotal {
  readonly result: keyof typeof resultNames;
  readonly calls: number;
}

function dayColumns(present: readonly ResultTotal[]): Column<DayFigures>[] {
  return [
    { head: 'Day', cell: ({ date }) => shortDate(date) },
    { head: 'Calls', cell: ({ calls }) => count(calls) },
    ...present.map(({ result }): Column<DayFigures> => ({
      head: resultNames[result],
      cell: ({ results }) => count(results[result]),
    })),
    { head: 'Inbound', cell: ({ inbound }) => count(inbound) },
    { head: 'Inbound missed', cell: ({ inboundMissed }) => count(inboundMissed) },
    { head: 'At the same time', cell: ({ linesInUse }) => count(linesInUse) },
  ];
}

function resultLegend(results: readonly ResultTotal[]): Markup {
  return html`<ul class="legend">
    ${results.map(
      ({ result, calls }) => html`<li>${swatch(`var(--${result})`)}${resultNames[result]} <b>${count(calls)}</b></li>`,
    )}
  </ul>`;
}

/** Results from the base of a bar upwards: missed calls stand on the axis, where days are easily compared. */
export const resultOrder = [
  'missed',
  'voicemail',
  'attempted',
  'blocked',
  'other',
  'answered',
] as const satisfies readonly (keyof CallsByResult)[];

interface DaysDrawing extends Named {
  readonly size: Size;
  /** A day to be pointed out, and what is written over it. */
  readonly mark?: { readonly date: string; readonly text: string } | undefined;
}

/** Calls by result, a bar for each day, week or month: whatever leaves the bars wide enough. */
export function drawDays(days: readonly DayFigures[], { name, size, mark }: DaysDrawing): Markup {
  const unit = barUnit(days, size);
  const bars = groupDays(days, unit);
  const width = widths[size];
  const ticks = countTicks(Math.max(...bars.map(({ calls }) => calls)));
  const top = ticks.at(-1) ?? 1;
  const marked = mark && bars.find(({ dates }) => dates.includes(mark.date));
  const inset = bars.length > width / 8 ? 0 : 1;
  return draw({
    name,
    width,
    height: size === 'wide' ? 300 : 240,
    margins: { top: 28, right: 4, bottom: 26, left: 38 },
    x: { type: 'utc', domain: [bars[0]?.from, bars.at(-1)?.to], axis: null },
    y: { domain: [0, top], axis: null },
    marks: [
      countAxis(ticks),
      Plot.rectY(
        bars
          .flatMap((bar) => resultOrder.map((result) => ({ ...bar, result, value: bar.results[result] })))
          .filter(({ value }) => value > 0),
        {
          x1: 'from',
          x2: 'to',
          y: 'value',
          fill: ({ result }: { result: string }) => `var(--${result})`,
          order: null,
          insetLeft: inset,
          insetRight: inset,
          title: ({ title, value, result }: Bar & { value: number; result: string }) =>
            `${title}: ${count(value)} ${result}`,
        },
      ),
      base(0),
      Plot.text(dayTicks(bars, unit, size), { x: 'at', y: () => 0, text: 'label', dy: 16, clip: false }),
      marked === undefined ? null : markBar(marked, mark?.text ?? '', bars, width),
    ],
  });
}

/** A bar of the chart of days. */
interface Bar {
  readonly from: Date;
  readonly to: Date;
  readonly dates: string[];
  readonly title: string;
  calls: number;
  readonly results: Record<keyof CallsByResult, number>;
}

type BarUnit = 'day' | 'week' | 'month';

/** How many days or weeks a drawing takes before its bars become too thin: 2 units of the drawing for a wide one. */
const mostBars: Readonly<Record<Size, number>> = { wide: 370, narrow: 62 };

/** What a bar stands for in a drawing of this size. */
export function barUnit(days: readonly DayFigures[], size: Size): BarUnit {
  if (days.length <= mostBars[size]) return 'day';
  return days.length / 7 <= mostBars[size] ? 'week' : 'month';
}

const dayMs = 86_400_000;

function groupDays(days: readonly DayFigures[], unit: BarUnit): Bar[] {
  const bars: Bar[] = [];
  for (const { date, calls, results } of days) {
    const from = barStart(date, unit);
    let bar = bars.at(-1);
    if (bar?.from.getTime() !== from.getTime()) {
      bar = newBar(from, unit);
      bars.push(bar);
    }
    bar.dates.push(date);
    bar.calls += calls;
    for (const result of resultOrder) bar.results[result] += results[result];
  }
  return bars;
}

function newBar(from: Date, unit: BarUnit): Bar {
  const day = longDay(from.toISOString());
  const nextMonth = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1);
  const to = unit === 'month' ? new Date(nextMonth) : new Date(from.getTime() + (unit === 'week' ? 7 : 1) * dayMs);
  const titles = { day, week: `Week of ${day}`, month: `${monthName(from)} ${from.getUTCFullYear()}` };
  const results = { answered: 0, voicemail: 0, missed: 0, attempted: 0, blocked: 0, other: 0 };
  return { from, to, dates: [], title: titles[unit], calls: 0, results };
}

function barStart(date: string, unit: BarUnit): Date {
  const day = new Date(`${date}T00:00:00Z`);
  if (unit === 'month') return new Date(`${date.slice(0, 7)}-01T00:00:00Z`);
  return unit === 'day' ? day : new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * dayMs);
}

interface Tick {
  readonly at: Date;
  readonly label: string;
}

/** Days are named while there is room, then Mondays, then months. */
function dayTicks(bars: readonly Bar[], unit: BarUnit, size: Size): Tick[] {
  const middle = ({ from, to }: Bar): Date => new Date((from.getTime() + to.getTime()) / 2);
  const room = size === 'wide' ? 15 : 5;
  const short = (bar: Bar): string => dayMonth(calendarDate(bar.from.toISOString()), { short: true });
  if (unit === 'day' && bars.length <= room) return bars.map((bar) => ({ at: middle(bar), label: short(bar) }));
  if (unit === 'day' && bars.length <= 7 * room) {
    const mondays = bars.filter(({ from }) => from.getUTCDay() === 1);
    const every = Math.ceil(mondays.length / (size === 'wide' ? 9 : 5));
    return mondays
      .filter((_, index) => index % every === 0)
      .map((bar) => ({ at: middle(bar), label: size === 'wide' ? `Mon ${short(bar)}` : short(bar) }));
  }
  return monthTicks(bars, size === 'wide' ? 14 : 6);
}

function monthTicks(bars: readonly Bar[], most: number): Tick[] {
  const firsts = bars.filter(
    ({ from }, index) => index === 0 || from.getUTCMonth() !== bars[index - 1]?.from.getUTCMonth(),
  );
  const every = Math.ceil(firsts.length / most);
  return firsts
    .filter((_, index) => index % every === 0)
    .map(({ from, to }, index) => {
      const name = monthName(from).slice(0, 3);
      const isNewYear = index === 0 || from.getUTCMonth() === 0;
      const at = new Date((from.getTime() + to.getTime()) / 2);
      return { at, label: isNewYear && firsts.length > 12 ? `${name} ${from.getUTCFullYear()}` : name };
    });
}

function markBar(bar: Bar, text: string, bars: readonly Bar[], width: number): Plot.Markish {
  const start = bars[0]?.from.getTime() ?? 0;
  const end = bars.at(-1)?.to.getTime() ?? 1;
  const middle = (bar.from.getTime() + bar.to.getTime()) / 2;
  const share = (middle - start) / (end - start);
  // The label grows to the side where there is room for it.
  const fits = text.length * 3.4 < Math.min(share, 1 - share) * width;
  const textAnchor = fits ? 'middle' : share < 0.5 ? 'start' : 'end';
  const label = { x: () => new Date(middle), y: 'calls', text: () => text, dy: -10, textAnchor, ...strong } as const;
  return Plot.text([bar], { ...label, fill: 'var(--missed)' });
}
