import * as Plot from '@observablehq/plot';

import type { Figures, HourFigures } from '../figures.ts';
import { bothSizes, draw, figure, type Named, type Size, swatch, widths } from './charts.ts';
import { enoughInbound, type HourRun, type Story } from './findings.ts';
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
} from './format.ts';
import { type Content, html, type Markup } from './markup.ts';
import { type Column, table } from './tables.ts';

/** Inbound calls by weekday and hour. */
export function hoursFigure({ figures, findings }: Story): Markup {
  const { hours, headline, range } = figures;
  const most = headline.busiestHour;
  const limits = stepLimits(most?.inbound ?? 0);
  const { rush } = findings;
  const name = `Heat map: inbound calls by weekday and hour. ${most === null ? '' : `Most: ${hourOfWeekday(most)}, ${count(most.inbound)}.`}`;
  const drawing = {
    name,
    stepOf: ({ inbound }: HourFigures) =>
      inbound === 0 ? undefined : limits.filter((limit) => inbound > limit).length,
    colours: 'step',
    label: ({ inbound }: HourFigures) => shortCount(inbound),
    title: (cell: HourFigures) => `${hourOfWeekday(cell)}: ${counted(cell.inbound, 'inbound call')}`,
  } as const;
  const labels = limits.map((limit, index) =>
    index === 0 ? `1–${count(limit)}` : `${count((limits[index - 1] ?? 0) + 1)}–${count(limit)}`,
  );
  return figure({
    id: 'hours',
    title: hoursTitle(most, rush),
    about: `Inbound calls by weekday and hour of their start, all weeks together, by the clocks of ${range.timeZone.replaceAll('_', ' ')}.`,
    drawing: html`${stepLegend('step', [...labels, `more than ${count(limits.at(-1) ?? 0)}`])}
    ${bothSizes((size) => drawHours(shownHours(hours), { ...drawing, size }))}`,
    summary: 'Table: inbound calls by weekday and hour',
    numbers: hoursTable(hours, 'Inbound calls by weekday and hour', ({ inbound }) => count(inbound)),
  });
}

function hoursTitle(most: HourFigures | null, rush: HourRun | undefined): string {
  if (most === null) return 'There were no inbound calls';
  if (rush?.times !== undefined)
    return `${hoursOfWeekday(rush)} ${timesAsMany(rush.times)} as many calls come in as on other working days`;
  return `The busiest hour is ${hourOfWeekday(most)}`;
}

/** The upper limits of all steps but the last: even steps up to the most, in round numbers. */
export function stepLimits(most: number): number[] {
  const rough = Math.max(1, most / 5);
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = Math.ceil(rough / power) * power;
  return [1, 2, 3, 4].map((step) => step * size);
}

/** The missed share at which each step but the first begins; the same in every report, so that reports compare. */
const shareLimits = [0.1, 0.2, 0.35, 0.5] as const;

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
  const labels = ['under 10%', '10–19%', '20–34%', '35–49%', '50% and more'];
  return figure({
    id: 'missed',
    title: shareTitle(figures, findings.hours),
    about: `The share of inbound calls that were missed. Hours with fewer than ${enoughInbound} inbound calls are left empty: one call more or less would change their colour.`,
    drawing: html`${stepLegend('share', labels)}
    ${bothSizes((size) => drawHours(shownHours(hours), { ...drawing, size }))}`,
    summary: 'Table: missed inbound calls by weekday and hour',
    numbers: hoursTable(hours, 'Missed of inbound calls by weekday and hour', of),
  });
}

function shareTitle({ hours, headline }: Figures, run: HourRun | undefined): string {
  if (headline.missed === 0) return 'No inbound call was missed';
  if (run !== undefined)
    return `${hoursOfWeekday(run)} ${percent(run.missed / run.inbound)} of the inbound calls were missed`;
  if (hours.every(({ inbound }) => inbound < enoughInbound))
    return 'Too few calls in any hour to compare missed shares';
  return 'No hour of the week has many more missed calls than its share';
}

function stepLegend(colours: 'step' | 'share', labels: readonly string[]): Markup {
  return html`<ul class="legend">
    ${labels.map((label, step) => html`<li>${swatch(`var(--${colours}-${step})`)}${label}</li>`)}
  </ul>`;
}

/** The hours of the day from the first to the last with an inbound call on any weekday; at least eight. */
function shownHours(cells: readonly HourFigures[]): HourFigures[] {
  const used = cells.filter(({ inbound }) => inbound > 0).map(({ hour }) => hour);
  const [earliest, latest] = used.length === 0 ? [9, 16] : [Math.min(...used), Math.max(...used)];
  const first = Math.max(0, Math.min(earliest, latest - 7));
  const last = Math.max(latest, first + 7);
  return cells.filter(({ hour }) => hour >= first && hour <= last);
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
  /** What is written into a cell. */
  readonly label: (cell: HourFigures) => string;
  readonly title: (cell: HourFigures) => string;
}

/** Hours of the day across, weekdays down; a cell is coloured by step and, where there is room, holds its number. */
export function drawHours(cells: readonly HourFigures[], drawing: HoursDrawing): Markup {
  const { name, size, stepOf, colours, label, title } = drawing;
  const hours = [...new Set(cells.map(({ hour }) => hour))];
  const margins = { top: 22, right: 0, bottom: 2, left: size === 'wide' ? 44 : 32 };
  const cellWidth = (widths[size] - margins.left) / hours.length;
  const every = cellWidth >= 19 ? 1 : 3;
  const weekdays = weekdayNames.map((weekday, index) => ({ weekday: index + 1, label: weekday.slice(0, 3) }));
  const colour = (cell: HourFigures, suffix = ''): string => {
    const step = stepOf(cell);
    return step === undefined ? 'var(--empty)' : `var(--${colours}-${step}${suffix})`;
  };
  const place = { x: 'hour', y: 'weekday' };
  const numbered = cells.filter((cell) => cell.inbound > 0 && stepOf(cell) !== undefined);
  return draw({
    name,
    width: widths[size],
    height: margins.top + margins.bottom + 7 * (size === 'wide' ? 30 : 24),
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
