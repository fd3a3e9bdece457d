import { formatForPeople } from '../../core/time/index.ts';
import type { ExportPlan } from './plan-export.ts';
import type { RunCounts } from './terminal/run-log.ts';
import { counted, duration, grouped } from './terminal/text.ts';

/** How an export ended. */
export interface ExportResult extends RunCounts {
  readonly calls: number;
  /** How many of them an earlier run has written, which this one has gone on with. */
  readonly earlier: number;
  readonly durationMs: number;
  /** Fields of the calls that the format had no place for, with the number of calls that had them. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly warnings: readonly string[];
  /** Calls that started before this were all listed; later ones may still come (fact 19). */
  readonly settledUntil: Date | undefined;
}

/** For people, on standard error. */
export function summaryText(plan: ExportPlan, result: ExportResult): string {
  const { calls, earlier, requests, retries, logins, durationMs } = result;
  const { from, to } = plan.range;
  const before = earlier === 0 ? '' : `, ${grouped(earlier)} of them by an earlier run`;
  const repeats = retries === 0 ? '' : ` (${counted(retries, 'repeat')})`;
  const work = `${counted(requests, 'request')}${repeats}, ${logins === 0 ? 'no login' : counted(logins, 'login')}`;
  const inZone = (timeZone: string): string =>
    `${formatForPeople(from, timeZone)} up to ${formatForPeople(to, timeZone)}`;
  const ranges = plan.timeZone === 'UTC' ? [inZone('UTC')] : [inZone(plan.timeZone), inZone('UTC')];
  return [
    `${counted(calls, 'call')} written to ${plan.file ?? 'standard output'}${before}.`,
    `  range  ${ranges.join('\n         ')}`,
    `  work   ${work}`,
    `  time   ${duration(durationMs)}`,
    ...settledLine(plan, result),
    '',
  ].join('\n');
}

/** For programs; the shape is part of the public interface. Times in UTC, `to` exclusive. */
export function summaryJson(plan: ExportPlan, result: ExportResult): Record<string, unknown> {
  const { calls, earlier, requests, retries, logins, durationMs, leftOut, warnings, settledUntil } = result;
  return {
    status: 'done',
    calls,
    earlierCalls: earlier,
    file: plan.file ?? null,
    format: plan.format,
    range: { from: plan.range.from.toISOString(), to: plan.range.to.toISOString(), timeZone: plan.timeZone },
    requests,
    retries,
    logins,
    durationMs,
    fieldsLeftOut: Object.fromEntries(leftOut),
    warnings,
    settledUntil: settledUntil?.toISOString() ?? null,
  };
}

/** Only where the range reaches beyond: a call is listed minutes after its end, and may last hours. */
function settledLine({ range, timeZone }: ExportPlan, { settledUntil }: ExportResult): string[] {
  if (settledUntil === undefined || settledUntil >= range.to) return [];
  const since = formatForPeople(settledUntil > range.from ? settledUntil : range.from, timeZone);
  return [`  note   calls that started after ${since} may still be added: export them again later`];
}
