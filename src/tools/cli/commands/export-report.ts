import type { TimeWindow } from '../../../core/errors/index.ts';
import { formatForPeople, instantText } from '../../../core/time/index.ts';
import { type Finished, rejectedFile, type Remaining } from '../../export/index.ts';
import type { Remainder } from '../failure.ts';
import { rangeFlagNames } from '../range-flags.ts';
import { looksLikeUrl } from '../store-place.ts';
import type { RunCounts } from '../terminal/run-log.ts';
import { atMost, counted, duration, grouped, rangeText, shellWords, workText } from '../terminal/text.ts';
import type { ExportPlan } from './export-plan.ts';

/** An export that is whole. */
export interface ExportOutcome extends RunCounts, Finished {
  readonly calls: number;
  /** The number of these calls that an earlier run wrote. */
  readonly earlierCalls: number;
  /** The number of calls that this run read, before the filters of the plan's `ownFilters`. */
  readonly callsRead: number;
  readonly rejectedRows: number;
  readonly durationMs: number;
  /** Fields that the format has no column for, with the number of calls that had them. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly warnings: readonly string[];
  /** The time until which the source had all calls. */
  readonly settledUntil: Date;
}

/** The summary for people, on standard error. */
export function summaryText(plan: ExportPlan, outcome: ExportOutcome): string {
  const { calls, earlierCalls, first, last, requests, retries, logins, durationMs } = outcome;
  const share = earlierCalls === calls ? 'all' : grouped(earlierCalls);
  const before = earlierCalls === 0 ? '' : `, ${share} of them by an earlier run`;
  const repeats = retries === 0 ? '' : ` (${counted(retries, 'repeat')})`;
  const work = workText(requests, logins, repeats);
  return [
    `${counted(calls, 'call')} written to ${plan.file ?? 'standard output'}${before}.`,
    `  range  ${rangeText(plan.range, plan.timeZone)}`,
    ...(first ? [`  first  ${formatForPeople(first, plan.timeZone)}`] : []),
    ...(last ? [`  last   ${formatForPeople(last, plan.timeZone)}`] : []),
    ...filterLine(plan, outcome),
    ...(plan.store === undefined ? [`  work   ${work}`] : []),
    `  time   ${duration(durationMs)}`,
    ...settledLine(plan, outcome),
    '',
  ].join('\n');
}

/** The line that says how many of the calls read passed the filters that the API does not have. */
function filterLine({ ownFilters }: ExportPlan, { calls, earlierCalls, callsRead }: ExportOutcome): string[] {
  if (Object.keys(ownFilters).length === 0) return [];
  return [`  filter matched ${grouped(calls - earlierCalls)} of ${counted(callsRead, 'call')} read`];
}

/** The summary for programs; its shape is part of the public interface. Times in UTC, `to` exclusive. */
export function summaryJson(plan: ExportPlan, outcome: ExportOutcome): Record<string, unknown> {
  const { calls, earlierCalls, first, last, requests, retries, logins, durationMs, leftOut } = outcome;
  const { callsRead, rejectedRows, warnings, settledUntil } = outcome;
  return {
    status: 'done',
    calls,
    earlierCalls,
    callsRead,
    file: plan.file ?? null,
    format: plan.format,
    range: { from: plan.range.from.toISOString(), to: plan.range.to.toISOString(), timeZone: plan.timeZone },
    firstCall: first?.toISOString() ?? null,
    lastCall: last?.toISOString() ?? null,
    requests,
    retries,
    logins,
    durationMs,
    fieldsLeftOut: Object.fromEntries(leftOut),
    rejectedRows,
    rejectedFile: plan.file !== undefined && rejectedRows > 0 ? rejectedFile(plan.file) : null,
    warnings,
    settledUntil: settledUntil.toISOString(),
  };
}

/** A note if the range is not settled: a call is listed minutes after its end, and may last for hours (fact 19). */
function settledLine(
  { range, timeZone, store }: ExportPlan,
  { startedAt, settledUntil: settled }: ExportOutcome,
): string[] {
  if (settled >= range.to) return [];
  const since = formatForPeople(settled > range.from ? settled : range.from, timeZone);
  const at = new Date(range.to.getTime() + startedAt.getTime() - settled.getTime());
  return [
    `  note   calls that started after ${since} may still be added;`,
    `         the range is settled from ${formatForPeople(at, timeZone)} on: ${store ? 'sync and ' : ''}export it again then`,
  ];
}

/**
 * Undefined if nothing was written, so that the same command starts over.
 *
 * @param args the command as it was started, with the program first
 */
export function remainderOf(remaining: Remaining, plan: ExportPlan, args: readonly string[]): Remainder | undefined {
  const { kept, windows, partlyWritten } = remaining;
  if (kept !== undefined) {
    return {
      kept: `${counted(kept.calls, 'call')} ${kept.calls === 1 ? 'is' : 'are'} kept in ${kept.folder}`,
      missing: describe(windows, plan.range.to),
      steps: [`To continue: ${resumeCommand(args, plan.range)}`],
      json: { partial: kept, unwritten: windows },
    };
  }
  const isWhole = ({ from, to }: TimeWindow): boolean => from <= plan.range.from && to >= plan.range.to;
  const nothingWritten = windows.some(isWhole) && partlyWritten.length === 0;
  if (plan.file !== undefined || nothingWritten) return undefined;
  return {
    kept: undefined,
    missing: describe(windows, plan.range.to),
    steps: [...named(partlyWritten, removeStep), ...named(windows, (window) => rangeStep(window, args))],
    json: { unwritten: windows, partlyWritten },
  };
}

/** Words that mean another range when the command is run again. */
const relative = /^(--\w+=)?(now|today|yesterday|tomorrow|this|last|\d+ ?[hdw]\w*)$/i;

function resumeCommand(args: readonly string[], { from, to }: TimeWindow): string {
  if (!args.some((arg) => relative.test(arg))) return commandLine(args, ['--resume']);
  const range = ['--from', instantText(from), '--to', instantText(to)];
  return commandLine(withoutFlags(args, rangeFlagNames), [...range, '--resume']);
}

function describe(windows: readonly TimeWindow[], end: Date): string {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return 'no calls are missing';
  const span = `from ${instantText(first.from)} ${last.to < end ? `up to ${instantText(last.to)}` : 'on'}`;
  return windows.length === 1 ? `calls ${span} are missing` : `calls in ${windows.length} windows ${span} are missing`;
}

/** At most this many windows are named; `--json` has them all. */
const mostNamed = 10;

function named(windows: readonly TimeWindow[], step: (window: TimeWindow) => string): string[] {
  return atMost(mostNamed, windows.map(step));
}

/** The reader of standard output may have got some of these calls, which are exported again and would be there twice. */
function removeStep({ from, to }: TimeWindow): string {
  return `First: remove from the output the calls from ${instantText(from)} up to ${instantText(to)}; its last line may be cut.`;
}

function rangeStep({ from, to }: TimeWindow, args: readonly string[]): string {
  return `To continue: ${commandLine(withoutFlags(args, rangeFlagNames), ['--from', instantText(from), '--to', instantText(to)])}`;
}

const privateFlags = ['--from-number', '--to-number', '--number', '--source-user', '--destination-user', '--username'];

/** The command as it was typed, but for what is done once. Lines end up in logs, so that values of filters are left out. */
function commandLine(args: readonly string[], more: readonly string[]): string {
  const isPrivate = (arg: string, value: string): boolean =>
    privateFlags.includes(arg) || (arg === '--from-store' && looksLikeUrl(value));
  const repeated = args.filter((arg, index) => !isOnceOnly(arg) && !(arg === 'only' && args[index - 1] === '--resume'));
  const shown = repeated.map((arg, index) => {
    const [name = '', value] = arg.split('=', 2);
    if (value !== undefined && isPrivate(name, value)) return `${name}=…`;
    return isPrivate(repeated[index - 1] ?? '', arg) ? '…' : arg;
  });
  const fillIn = shown.some((arg) => arg.endsWith('…')) ? ' (replace … with the earlier values)' : '';
  return `${shellWords([...shown, ...more])}${fillIn}`;
}

function isOnceOnly(arg: string): boolean {
  return /^--resume(=|$)/.test(arg) || arg === '--reset-login';
}

/** The arguments without these flags and their values. */
function withoutFlags(args: readonly string[], names: readonly string[]): string[] {
  return args.filter((arg, index) => {
    const isValue = names.includes(args[index - 1] ?? '');
    return !isValue && !names.some((name) => arg === name || arg.startsWith(`${name}=`));
  });
}
