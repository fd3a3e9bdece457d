import * as Plot from './chart-packages.ts';
import type { DurationFigures, Figures } from '../../figures.ts';
import { base, countAxis, draw, figure, type Named, strong, widths } from './drawing.ts';
import { type Story, sum } from '../findings.ts';
import {
  count,
  durationBucket,
  hourSpan,
  percent,
  shortCount,
  spokenDuration,
  timeOfDay,
  twoDigits,
} from '../format.ts';
import type { Markup } from '../markup.ts';
import { type Column, table } from '../tables.ts';

/** Answered calls by duration. */
export function durationsFigure({ figures: { durations } }: Story): Markup {
  const all = sum(durations, ({ calls }) => calls);
  const longest = durations.at(-1);
  const long = longest === undefined ? 0 : longest.calls;
  const name = `Bars: answered calls by duration. ${durations.map((bucket) => `${durationBucket(bucket.fromSeconds, bucket.toSeconds)}: ${count(bucket.calls)}`).join(', ')}.`;
  const columns: Column<(typeof durations)[number]>[] = [
    { head: 'Duration', cell: ({ fromSeconds, toSeconds }) => durationBucket(fromSeconds, toSeconds) },
    { head: 'Answered calls', cell: ({ calls }) => count(calls) },
    { head: 'Share', cell: ({ calls }) => (all === 0 ? '–' : percent(calls / all)) },
  ];
  return figure({
    id: 'durations',
    title: durationsTitle(durations, all),
    about: `Answered calls of every direction by length${long > 0 ? `; ${count(long)} lasted an hour or more` : ''}.`,
    drawing: all > 0 && drawDurations(durations, { name }),
    summary: 'Table: durations',
    numbers: table(durations, columns, { caption: 'Answered calls by duration' }),
  });
}

function durationsTitle(durations: Figures['durations'], all: number): string {
  if (all === 0) return 'No call was answered';
  let soFar = 0;
  for (const { calls, toSeconds } of durations) {
    soFar += calls;
    if (soFar * 2 >= all && toSeconds !== null) {
      return `${percent(soFar / all)} of the answered calls were over within ${spokenDuration(toSeconds)}`;
    }
  }
  return 'Most answered calls lasted an hour or more';
}

/** Calls at the same time by hour of the day. */
export function linesFigure({ figures: { linesInUse }, dayName }: Story): Markup {
  const { most, at, byHour } = linesInUse;
  const rows = byHour.map((lines, hour) => ({ lines, hour }));
  const columns: Column<(typeof rows)[number]>[] = [
    { head: 'Hour', cell: ({ hour }) => hourSpan(hour) },
    { head: 'Most calls at the same time', cell: ({ lines }) => count(lines) },
  ];
  const when = at === null ? '' : `, first on ${dayName(at)} at ${timeOfDay(at)}`;
  return figure({
    id: 'lines',
    title: linesTitle(most),
    about: `The most calls at the same time in each hour of the day, on any day${when}. Calls between colleagues take a line too.`,
    drawing: drawLines(byHour, {
      name: `Bars: the most calls at the same time by hour of the day. The most is ${count(most)}${when}.`,
    }),
    summary: 'Table: calls at the same time',
    numbers: table(rows, columns, { caption: 'The most calls at the same time by hour of the day' }),
  });
}
function linesTitle(most: number): string {
  if (most === 0) return 'No lines were in use';
  return most === 1
    ? 'Never more than one call at the same time'
    : `At most ${count(most)} lines were in use at the same time`;
}

/** A bar for each bucket, with its calls and their share at the end. */
function drawDurations(durations: readonly DurationFigures[], { name }: Named): Markup {
  const all = durations.reduce((sum, { calls }) => sum + calls, 0);
  const rows = durations.map((bucket) => ({ ...bucket, label: durationBucket(bucket.fromSeconds, bucket.toSeconds) }));
  const left = 88;
  const label = ({ calls }: DurationFigures): string =>
    calls === 0 ? '0' : `${count(calls)} · ${percent(calls / all)}`;
  // A digit takes at most seven and a half units.
  const right = 12 + 7.5 * Math.max(...rows.map((row) => label(row).length));
  return draw({
    name,
    width: widths.half,
    height: rows.length * 26 + 4,
    margins: { top: 2, right, bottom: 2, left },
    x: { domain: [0, Math.max(1, ...rows.map(({ calls }) => calls))], axis: null },
    y: { type: 'band', domain: rows.map(({ label }) => label), axis: null, padding: 0.3 },
    marks: [
      Plot.barX(rows, { x: 'calls', y: 'label', fill: 'var(--answered)', rx2: 2 }),
      Plot.text(rows, { y: 'label', frameAnchor: 'left', textAnchor: 'start', dx: -left, text: 'label' }),
      Plot.text(rows, {
        x: 'calls',
        y: 'label',
        textAnchor: 'start',
        dx: 6,
        text: label,
        fill: 'var(--ink)',
      }),
    ],
  });
}

/** A bar for each hour of the day, with a number over the highest. */
function drawLines(byHour: readonly number[], { name }: Named): Markup {
  const hours = byHour.map((lines, hour) => ({ lines, hour }));
  const most = Math.max(...byHour);
  return draw({
    name,
    width: widths.half,
    height: 238,
    margins: { top: 20, right: 2, bottom: 22, left: 32 },
    x: { type: 'band', domain: hours.map(({ hour }) => hour), axis: null, padding: 0.15 },
    y: { domain: [0, Math.max(1, most)], axis: null },
    marks: [
      countAxis(most),
      Plot.barY(hours, {
        x: 'hour',
        y: 'lines',
        fill: 'var(--answered)',
        title: ({ hour, lines }: { hour: number; lines: number }) => `${twoDigits(hour)}:00: at most ${count(lines)}`,
      }),
      base(0),
      Plot.text(
        hours.filter(({ hour }) => hour % 3 === 0),
        { x: 'hour', y: () => 0, dy: 14, text: ({ hour }: { hour: number }) => twoDigits(hour) },
      ),
      Plot.text(hours.filter(({ lines }) => lines === most).slice(0, 1), {
        x: 'hour',
        y: 'lines',
        dy: -9,
        text: ({ lines }: { lines: number }) => shortCount(lines),
        ...strong,
      }),
    ],
  });
}
