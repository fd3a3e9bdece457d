import * as Plot from './chart-packages.ts';
import type { Figures, HourFigures } from '../../figures.ts';
import { bothSizes, draw, figure, type Named, type Size, swatch, widths } from './drawing.ts';
import { countWeekdays, enoughInbound, type HourRun, type Story, sum } from '../findings.ts';
import {
  count,
  counted,
  hourOfWeekday,
  hourSpan,
  hoursOfWeekday,
  percent,
  shortCount,
  timesAsMany,
  twoDigits,
  weekdayNames,
  zoneName,
} from '../format.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { type Column, table } from '../tables.ts';

/** Inbound calls by weekday and hour. */
export function hoursFigure({ figures, findings }: Story): Markup {
  const { hours, headline, range } = figures;
  const { busiestHour } = headline;
  const most = busiestHour?.inbound ?? 0;
  const limits = stepLimits(most);
  const shown = shownHours(figures);
  const drawing = {
    name: `Heat map: inbound calls by weekday and hour. Most: ${busiestHour === null ? 'none' : `${hourOfWeekday(busiestHour)}, ${count(most)}`}.`,
    stepOf: ({ inbound }: HourFigures) =>
      inbound === 0 ? undefined : limits.filter((limit) => inbound > limit).length,
    colours: 'step',
    label: ({ inbound }: HourFigures) => shortCount(inbound),
    title: (cell: HourFigures) => `${hourOfWeekday(cell)}: ${counted(cell.inbound, 'inbound call')}`,
  } as const;
  return figure({
    id: 'hours',
    title: hoursTitle(busiestHour, findings.rush),
    about: `Inbound calls by weekday and hour of their start, all weeks together, by the clocks of ${zoneName(range.timeZone)}.${hiddenNote(hours, shown)}`,
    drawing: html`${stepLegend('step', stepLabels(limits, most))}
    ${bothSizes((size) => drawHours(shown, { ...drawing, size }))}`,
    summary: 'Table: inbound calls by weekday and hour',
    numbers: hoursTable(hours, 'Inbound calls by weekday and hour', ({ inbound }) => count(inbound)),
  });
}

function hoursTitle(most: HourFigures | null, rush: HourRun | undefined): string {
  if (rush?.times !== undefined) {
    return `On ${hoursOfWeekday(rush)}, ${timesAsMany(rush.times)} as many calls come in as on other working days`;
  }
  return most === null ? 'There were no inbound calls' : `The busiest hour is ${hourOfWeekday(most)}`;
}

/** The upper limits of all steps but the last: even steps in round numbers; the last step holds the highest value. */
export function stepLimits(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const size = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((round) => round >= rough) ?? power;
  const whole = Math.ceil(size);
  return [whole, 2 * whole, 3 * whole, 4 * whole].filter((limit) => limit < most);
}

/** `1–15`, `16–30`, …, `more than 60`. */
function stepLabels(limits: readonly number[], most: number): string[] {
  const starts = [1, ...limits.map((limit) => limit + 1)];
  const span = (from: number, to: number): string => (from === to ? count(from) : `${count(from)}–${count(to)}`);
  return starts.map((from, step) => span(from, limits[step] ?? most));
}

/**
 * The missed share at which each step but the first begins. It is the same in every report, so that reports can be
 * compared.
 */
const shareLimits = [0.1, 0.2, 0.35, 0.5] as const;
const shareLabels = ['under 10%', '10–19%', '20–34%', '35–49%', '50% and more'] as const;

/** The missed share of inbound calls by weekday and hour. */
export function shareFigure({ figures, findings }: Story): Markup {
  const { hours } = figures;
  const shareOf = ({ missed, inbound }: HourFigures): number => (inbound === 0 ? 0 : missed / inbound);
  const of = ({ missed, inbound }: HourFigures): string => `${count(missed)} of ${count(inbound)}`;
  const drawing = {
    name: `Heat map: the share of inbound calls that were missed, by weekday and hour. ${shareTitle(figures, findings.hours)}.`,
    stepOf: (cell: HourFigures) =>
      cell.inbound < enoughInbound ? undefined : shareLimits.filter((limit) => shareOf(cell) >= limit).length,
    colours: 'share',
    label: (cell: HourFigures) => percent(shareOf(cell)),
    title: (cell: HourFigures) => `${hourOfWeekday(cell)}: ${of(cell)} inbound calls missed`,
  } as const;
  const shown = shownHours(figures);
  const isDrawn = hours.some(({ inbound }) => inbound >= enoughInbound);
  return figure({
    id: 'missed',
    title: shareTitle(figures, findings.hours),
    about: `The share of inbound calls that were missed. Hours with fewer than ${enoughInbound} inbound calls are left empty: one call more or less would change their colour.`,
    drawing:
      isDrawn &&
      html`${stepLegend('share', shareLabels)} ${bothSizes((size) => drawHours(shown, { ...drawing, size }))}`,
    summary: 'Table: missed inbound calls by weekday and hour',
    numbers: hoursTable(hours, 'Missed of inbound calls by weekday and hour', of),
  });
}

function shareTitle({ hours, headline }: Figures, run: HourRun | undefined): string {
  if (headline.missed === 0) return 'No inbound call was missed';
  if (run !== undefined)
    return `On ${hoursOfWeekday(run)}, ${percent(run.missed / run.inbound)} of the inbound calls were missed`;
  if (hours.every(({ inbound }) => inbound < enoughInbound))
    return 'Too few calls in any hour to compare missed shares';
  return 'No hour of the week has many more missed calls than its share';
}

function stepLegend(colours: 'step' | 'share', labels: readonly string[]): Markup {
  return html`<ul class="legend">
    ${labels.map((label, step) => html`<li>${swatch(`var(--${colours}-${step})`)}${label}</li>`)}
  </ul>`;
}

/** The share of the inbound calls up to which early and late hours are left out of the charts. */
const mostHidden = 0.02;
const fewestHours = 8;

/**
 * The cells to draw: without weekdays that are not in the range, and without early and late hours with hardly any
 * calls.
 */
function shownHours({ hours: cells, days }: Figures): HourFigures[] {
  const calls = Array.from({ length: 24 }, (_, hour) =>
    sum(
      cells.filter((cell) => cell.hour === hour),
      inboundOf,
    ),
  );
  let hidden = mostHidden * sum(cells, inboundOf);
  let [first, last] = [0, calls.length - 1];
  while (last - first >= fewestHours) {
    const [early = 0, late = 0] = [calls[first], calls[last]];
    hidden -= Math.min(early, late);
    if (hidden < 0) break;
    if (early < late) first += 1;
    else last -= 1;
  }
  const times = countWeekdays(days);
  return cells.filter(({ hour, weekday }) => hour >= first && hour <= last && times[weekday - 1] !== 0);
}

function hiddenNote(cells: readonly HourFigures[], shown: readonly HourFigures[]): string {
  const hidden = sum(cells, inboundOf) - sum(shown, inboundOf);
  return hidden === 0
    ? ''
    : ` ${counted(hidden, 'call')} earlier or later in the day ${hidden === 1 ? 'is' : 'are'} in the table only.`;
}

function inboundOf({ inbound }: HourFigures): number {
  return inbound;
}

function hoursTable(cells: readonly HourFigures[], caption: string, show: (cell: HourFigures) => string): Markup {
  const hours = [...new Set(cells.map(({ hour }) => hour))];
  const columns = weekdayNames.map((weekday, index): Column<number> => {
    const ofDay = new Map(cells.filter((cell) => cell.weekday === index + 1).map((cell) => [cell.hour, cell]));
    const shown = (hour: number): Content => {
      const cell = ofDay.get(hour);
      return cell && show(cell);
    };
    return { head: weekday, cell: shown };
  });
  return table(hours, [{ head: 'Hour', cell: hourSpan }, ...columns], { caption });
}

interface HoursDrawing extends Named {
  readonly size: Size;
  /** The step of a cell's colour; undefined for a cell that is left empty. */
  readonly stepOf: (cell: HourFigures) => number | undefined;
  /** The prefix of the names of the colours. */
  readonly colours: 'step' | 'share';
  /** The text of a cell. */
  readonly label: (cell: HourFigures) => string;
  readonly title: (cell: HourFigures) => string;
}

/** Hours of the day across, weekdays down; a cell is coloured by step and, where there is room, holds its number. */
function drawHours(cells: readonly HourFigures[], drawing: HoursDrawing): Markup {
  const { name, size, stepOf, label, title } = drawing;
  const hours = [...new Set(cells.map(({ hour }) => hour))];
  const margins = { top: 22, right: 0, bottom: 2, left: size === 'wide' ? 44 : 32 };
  const cellWidth = (widths[size] - margins.left) / hours.length;
  const every = cellWidth >= 19 ? 1 : 3;
  const weekdays = [...new Set(cells.map(({ weekday }) => weekday))].map((weekday) => {
    return { weekday, label: (weekdayNames[weekday - 1] ?? '').slice(0, 3) };
  });
  const colour = colourOf(drawing);
  const place = { x: 'hour', y: 'weekday' };
  const numbered = cells.filter((cell) => cell.inbound > 0 && stepOf(cell) !== undefined);
  return draw({
    name,
    width: widths[size],
    height: margins.top + margins.bottom + weekdays.length * (size === 'wide' ? 30 : 24),
    margins,
    x: { type: 'band', domain: hours, axis: null, padding: 0 },
    y: { type: 'band', domain: weekdays.map(({ weekday }) => weekday), axis: null, padding: 0 },
    marks: [
      Plot.cell(cells, { ...place, fill: (cell: HourFigures) => colour(cell), inset: 1, rx: 2, title }),
      Plot.text(
        hours.filter((hour) => hour % every === 0),
        { x: (hour: number) => hour, frameAnchor: 'top', dy: -10, text: twoDigits },
      ),
      Plot.text(weekdays, { y: 'weekday', frameAnchor: 'left', textAnchor: 'start', dx: -margins.left, text: 'label' }),
      cellWidth < 28
        ? null
        : Plot.text(numbered, {
            ...place,
            text: label,
            fill: (cell: HourFigures) => colour(cell, '-text'),
            fontSize: 11,
            pointerEvents: 'none',
          }),
    ],
  });
}

function colourOf({ stepOf, colours }: HoursDrawing): (cell: HourFigures, suffix?: string) => string {
  return (cell, suffix = '') => {
    const step = stepOf(cell);
    return step === undefined ? 'var(--empty)' : `var(--${colours}-${step}${suffix})`;
  };
}
