import * as Plot from './chart-packages.ts';
import type { CallsByResult, DayFigures } from '../../figures.ts';
import { base, bothSizes, countAxis, draw, figure, type Named, type Size, swatch, widths } from './drawing.ts';
import { type Story, sum } from '../findings.ts';
import { calendarDate, count, counted, dayMonth, longDay, monthName, shortDate, shortDay } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { type Column, table } from '../tables.ts';

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
export function daysFigure({ figures, findings, dayName }: Story): Markup {
  const { days } = figures;
  const totals = resultOrder.map((result) => ({ result, calls: sum(days, ({ results }) => results[result]) }));
  const present = totals.filter(({ calls }) => calls > 0);
  const worst = findings.day;
  const mark = worst && { date: worst.date, text: markText(worst) };
  const numbers = present.map(({ result, calls }) => `${resultNames[result]}: ${count(calls)}`);
  const name = `Bars: calls per day by result. In all: ${numbers.join(', ')}.`;
  return figure({
    id: 'days',
    title: daysTitle(days, worst, dayName),
    about: html`Calls by result: inbound, outbound and internal. ${barUnits(days)}`,
    drawing: html`${resultLegend(present)}
    ${bothSizes((size) => (days.length === 1 ? drawOneDay(present, { name, size }) : drawDays(days, { name, size, mark })))}`,
    summary: 'Table: calls per day',
    numbers: table(days, dayColumns(present), { caption: 'Calls per day by result' }),
  });
}

function markText({ date, inboundMissed, inbound }: DayFigures): string {
  return `${shortDay(date)}: ${count(inboundMissed)} of ${count(inbound)} missed`;
}

function daysTitle(days: readonly DayFigures[], worst: DayFigures | undefined, dayName: Story['dayName']): string {
  if (worst !== undefined) {
    const { date, inboundMissed, inbound } = worst;
    return `${dayName(date)} stands out: ${count(inboundMissed)} of ${counted(inbound, 'inbound call')} were missed`;
  }
  const [busiest] = days.toSorted((a, b) => b.calls - a.calls);
  if (busiest === undefined) return 'Calls per day';
  if (days.length === 1) return `${counted(busiest.calls, 'call')} on ${dayName(busiest.date)}`;
  return `The busiest day was ${dayName(busiest.date)}, with ${counted(busiest.calls, 'call')}`;
}

function barUnits(days: readonly DayFigures[]): Markup | null {
  if (days.length === 1) return null;
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

/**
 * Results from the base of a bar upwards: missed calls come first, because bars that start on the axis are easy to
 * compare.
 */
const resultOrder = [
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

/** The width of the widest bar, in units of the drawing. */
const widestBar = 56;

/** A single day as one horizontal bar. */
function drawOneDay(results: readonly ResultTotal[], { name, size }: Named & { readonly size: Size }): Markup {
  return draw({
    name,
    width: widths[size],
    height: 44,
    margins: { top: 2, right: 2, bottom: 2, left: 2 },
    x: { axis: null },
    y: { axis: null },
    marks: [
      Plot.barX(results, {
        x: 'calls',
        fill: ({ result }: ResultTotal) => `var(--${result})`,
        order: null,
        inset: 0.5,
        title: ({ result, calls }: ResultTotal) => `${count(calls)} ${result}`,
      }),
    ],
  });
}

/**
 * Draws calls by result, with a bar for each day, week or month: the shortest of these that leaves the bars wide
 * enough.
 */
function drawDays(days: readonly DayFigures[], { name, size, mark }: DaysDrawing): Markup {
  const unit = barUnit(days, size);
  const bars = groupDays(days, unit);
  const width = widths[size];
  const margins = { top: 36, right: 4, bottom: 26, left: 38 };
  const most = Math.max(...bars.map(({ calls }) => calls));
  const marked = mark && bars.find(({ dates }) => dates.includes(mark.date));
  return draw({
    name,
    width,
    height: size === 'wide' ? 300 : 240,
    margins,
    x: { type: 'utc', domain: [bars[0]?.from, bars.at(-1)?.to], axis: null },
    y: { domain: [0, Math.max(1, most)], axis: null },
    marks: [
      countAxis(most),
      stackedBars(bars, (width - margins.left - margins.right) / bars.length),
      base(0),
      Plot.text(dayTicks(bars, unit, size), { x: 'at', y: () => 0, text: 'label', dy: 16 }),
      marked === undefined ? null : markBar(marked, mark?.text ?? '', bars, size),
    ],
  });
}

/**
 * Bars that all start on the axis, the highest first and each lower one in front of it, so that no gap shows between
 * results however thin the bars are. `slot` is the width that a bar has, in units of the drawing.
 */
function stackedBars(bars: readonly Bar[], slot: number): Plot.Markish {
  const layers = bars.flatMap((bar) => {
    let top = 0;
    const results = resultOrder.map((result) => ({
      ...bar,
      result,
      value: bar.results[result],
      top: (top += bar.results[result]),
    }));
    return results.filter(({ value }) => value > 0).reverse();
  });
  const inset = Math.max(0.5, (slot - widestBar) / 2, slot < 8 ? 0 : 1);
  const isThin = slot < 4;
  return Plot.rectY(layers, {
    x1: 'from',
    x2: 'to',
    y1: () => 0,
    y2: 'top',
    fill: ({ result }: { result: string }) => `var(--${result})`,
    insetLeft: isThin ? 0 : inset,
    insetRight: isThin ? -0.5 : inset,
    title: ({ title, value, result }: Bar & { value: number; result: string }) => `${title}: ${count(value)} ${result}`,
    ...(isThin && { shapeRendering: 'crispEdges' }),
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

/** The most bars that a drawing can hold before they become too thin (2 units of the drawing for a wide one). */
const mostBars: Readonly<Record<Size, number>> = { wide: 370, narrow: 62 };

/** Returns the span that one bar of a drawing of this size covers. */
function barUnit(days: readonly DayFigures[], size: Size): BarUnit {
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

/** Names a bar above all others, with a line down to it. */
function markBar(bar: Bar, text: string, bars: readonly Bar[], size: Size): Plot.Markish[] {
  const start = bars[0]?.from.getTime() ?? 0;
  const end = bars.at(-1)?.to.getTime() ?? 1;
  const middle = new Date((bar.from.getTime() + bar.to.getTime()) / 2);
  const share = (middle.getTime() - start) / (end - start);
  // The label grows to the side where there is room for it; a letter takes at most eight units.
  const fits = (text.length * 8) / 2 < Math.min(share, 1 - share) * widths[size];
  const textAnchor = fits ? 'middle' : share < 0.5 ? 'start' : 'end';
  const place = { x: () => middle, fill: 'var(--missed)' };
  return [
    Plot.ruleX([bar], {
      x: () => middle,
      y1: bars.reduce((most, { calls }) => Math.max(most, calls), 0),
      y2: 'calls',
      insetTop: -8,
      insetBottom: 3,
      stroke: 'var(--missed)',
    }),
    Plot.text([bar], { ...place, frameAnchor: 'top', dy: -20, text: () => text, textAnchor, fontWeight: 600 }),
  ];
}
