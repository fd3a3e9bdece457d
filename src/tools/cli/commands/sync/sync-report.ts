import type { IncompleteError } from '../../../../core/errors/index.ts';
import { formatForPeople, instantText } from '../../../../core/time/index.ts';
import type { AccountOutcome, Changes, Difference, SyncResult } from '../../../sync/index.ts';
import { describeFailure, type ExitCode, exitCodes } from '../../failure.ts';
import type { Reporter } from '../../terminal/reporter.ts';
import { counted, duration, grouped, listed, printable, workText } from '../../terminal/text.ts';
import { labelOf, type SyncAccount } from './sync-account.ts';
import type { SyncPlan } from './sync-plan.ts';

type Outcome = AccountOutcome<SyncAccount>;

/** The context that the reports of all accounts share. */
export interface ReportContext {
  readonly plan: SyncPlan;
  readonly storeName: string;
}

/** Reports an account that has ended: what went wrong and, if there are several accounts, what was done. */
export function reportAccount(
  outcome: Outcome,
  context: ReportContext & { readonly isAlone: boolean },
  reporter: Reporter,
): void {
  const { account, result, error } = outcome;
  const label = context.isAlone ? '' : `${labelOf(account)}: `;
  if (result === undefined) reporter.error(`${label}${failureText(error)}`);
  else {
    if (!context.isAlone) reporter.say(`${printable(`${label}${accountLine(result, account, context)}`)}\n`);
    reportDifferences(result, { label, context, reporter });
  }
  reporter.json({ event: 'account', ...accountJson(outcome, context.plan) });
}

/** A run of all accounts that has ended. */
export interface RunOutcome extends ReportContext {
  readonly logins: number;
  readonly warnings: readonly string[];
  readonly durationMs: number;
}

/** Reports the run as a whole. Returns its exit code. */
export function reportRun(outcomes: readonly Outcome[], run: RunOutcome, reporter: Reporter): ExitCode {
  const exitCode = exitCodeOfRun(outcomes, run.plan);
  const [only] = outcomes;
  if (outcomes.length === 1 && only?.result !== undefined) reporter.say(summaryText(only.result, only.account, run));
  if (outcomes.length > 1) reporter.say(totalsText(outcomes, run));
  reporter.json({ event: 'summary', ...summaryJson(outcomes, run, exitCode) });
  return exitCode;
}

/** Returns the exit code of an account. What a dry run finds is not an error. */
function exitCodeOfAccount({ result, error }: Outcome, { mode }: SyncPlan): ExitCode {
  if (result === undefined) return describeFailure(error).exitCode;
  return result.complete || mode === 'plan' ? exitCodes.done : exitCodes.incomplete;
}

/**
 * Returns the exit code of a run: that of its accounts if all have the same, else "incomplete", or "interrupted" if the
 * run was.
 */
function exitCodeOfRun(outcomes: readonly Outcome[], plan: SyncPlan): ExitCode {
  const codes = new Set(outcomes.map((outcome) => exitCodeOfAccount(outcome, plan)));
  const [first = exitCodes.done, second] = codes;
  if (second === undefined) return first;
  return codes.has(exitCodes.interrupted) ? exitCodes.interrupted : exitCodes.incomplete;
}

function failureText(error: unknown): string {
  const { exitCode, message } = describeFailure(error);
  if (exitCode !== exitCodes.interrupted) return message;
  return 'Interrupted; what was written is kept, and the next run continues.';
}

/** The number of windows that are named; `--json` names all. */
const mostNamed = 20;

function reportDifferences(
  result: SyncResult,
  { label, context, reporter }: { label: string; context: ReportContext; reporter: Reporter },
): void {
  const { differences, incomplete, complete } = result;
  if (context.plan.mode === 'plan' || (differences.length === 0 && incomplete.length === 0)) return;
  const tell = (line: string): void => {
    if (complete) reporter.say(`${printable(`${label}${line}`)}\n`);
    else reporter.error(`${label}${line}`);
  };
  const problems = [...incomplete.flatMap(missingLines), ...differences.map(differenceLine)];
  if (!complete) reporter.error(`${label}${incompleteText(result, context)}`);
  for (const problem of problems.slice(0, mostNamed)) tell(problem);
  if (problems.length > mostNamed) tell(`and ${problems.length - mostNamed} more windows (--json names them all)`);
  if (incomplete.some(({ rejected }) => rejected.length > 0)) {
    reporter.advise('If such rows are expected, add --accept-rejected.');
  }
}

function incompleteText({ differences, incomplete }: SyncResult, { plan, storeName }: ReportContext): string {
  if (incomplete.length > 0) return `${storeName} is not complete: the API did not list all the calls that it counted.`;
  const windows = counted(differences.length, 'window');
  // Without --recheck, a loss and a surplus in two months that cancel out would be found equal.
  const advice = plan.mode === 'audit' ? 'Read each again with --recheck FROM..TO.' : 'Run it again.';
  return `${storeName} and the API differ in ${windows}. ${advice}`;
}

function differenceLine({ from, to, listed: calls, stored }: Difference): string {
  return `Differs: ${instantText(from)} to ${instantText(to)} (the API lists ${counted(calls, 'call')}, the store has ${grouped(stored)})`;
}

function missingLines({ windows, rejected }: IncompleteError): string[] {
  return [
    ...windows.map(
      ({ from, to, expected, found }) =>
        `Missing: ${instantText(from)} to ${instantText(to)} (${found} of ${expected} found)`,
    ),
    ...rejected.map(({ reason, count }) => `Rejected: ${counted(count, 'row')} (${reason})`),
  ];
}

/** `1,234 added, 3 changed`, or `nothing changed`. */
function changesText({ added, changed, deleted, unlisted }: Changes): string {
  const parts = [
    ...(added > 0 ? [`${grouped(added)} added`] : []),
    ...(changed > 0 ? [`${grouped(changed)} changed`] : []),
    ...(deleted > 0 ? [`${grouped(deleted)} deleted`] : []),
    ...(unlisted > 0 ? [`${grouped(unlisted)} no longer listed`] : []),
  ];
  return parts.length === 0 ? 'nothing changed' : parts.join(', ');
}

/** The line of one account among several. */
function accountLine(result: SyncResult, account: SyncAccount, { plan }: ReportContext): string {
  const requests = counted(result.requests, 'request');
  if (plan.mode === 'plan') return `${readingText(result)}; ${requests} to find out`;
  const outcome = plan.mode === 'audit' ? `${counted(result.stored, 'call')} compared` : changesText(result);
  return `${outcome}; ${requests}; ${settledText(result, account)}`;
}

function settledText({ settledUntil }: SyncResult, { timeZone }: SyncAccount): string {
  return settledUntil === undefined
    ? 'nothing is settled yet'
    : `settled until ${formatForPeople(settledUntil, timeZone)}`;
}

function readingText({ differences, requestsNeeded }: SyncResult): string {
  if (differences.length === 0) return 'nothing to read';
  const calls = differences.reduce((sum, window) => sum + window.listed, 0);
  return `${counted(differences.length, 'window')} to read with ${counted(calls, 'call')}, in at least ${counted(requestsNeeded, 'request')}`;
}

/** The summary of a single account, for people. */
function summaryText(result: SyncResult, account: SyncAccount, run: RunOutcome): string {
  const { requests, differences } = result;
  const windows =
    run.plan.mode === 'plan' ? differences.slice(0, mostNamed).map((each) => `  window   ${readLine(each)}`) : [];
  const more =
    run.plan.mode === 'plan' && differences.length > mostNamed
      ? [`           and ${differences.length - mostNamed} more`]
      : [];
  const lines = [
    headline(result, account, run),
    ...windows,
    ...more,
    ...(run.plan.mode === 'sync' ? [`  changes  ${changesText(result)}`] : []),
    `  work     ${workText(requests, run.logins)}`,
    `  time     ${duration(run.durationMs)}`,
    ...(run.plan.mode === 'plan' ? [] : [settledLine(result, account)]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function headline(result: SyncResult, account: SyncAccount, { plan, storeName }: RunOutcome): string {
  const calls = `${counted(result.stored, 'call')} of account ${labelOf(account)}`;
  if (plan.mode === 'plan') return `Dry run: ${readingText(result)}. Nothing was written to ${storeName}.`;
  if (!result.complete) return `${storeName} is not complete: ${calls}.`;
  return plan.mode === 'audit'
    ? `${storeName} agrees with the API: ${calls}.`
    : `${storeName} is up to date: ${calls}.`;
}

function readLine({ from, to, listed: calls, stored }: Difference): string {
  return `${instantText(from)} to ${instantText(to)}: ${counted(calls, 'call')} listed, ${grouped(stored)} stored`;
}

function settledLine({ settledUntil }: SyncResult, { timeZone }: SyncAccount): string {
  if (settledUntil === undefined) return '  settled  nothing yet: calls are settled 25 hours after their start';
  return `  settled  until ${formatForPeople(settledUntil, timeZone)}; later calls may still be added or change`;
}

/** The last lines of a run with several accounts, for people. */
function totalsText(outcomes: readonly Outcome[], run: RunOutcome): string {
  const failed = outcomes.filter((outcome) => exitCodeOfAccount(outcome, run.plan) !== exitCodes.done);
  const done = outcomes.length - failed.length;
  const { requests, ...changes } = totalsOf(outcomes);
  const verb = run.plan.mode === 'sync' ? 'up to date' : run.plan.mode === 'audit' ? 'as the API has them' : 'compared';
  const names = failed.slice(0, mostNamed).map(({ account }) => labelOf(account));
  const rest = failed.length > mostNamed ? [`${failed.length - mostNamed} others`] : [];
  const lines = [
    `${done} of ${counted(outcomes.length, 'account')} ${done === 1 ? 'is' : 'are'} ${verb} in ${run.storeName}.`,
    ...(failed.length > 0 ? [`  not      ${listed([...names, ...rest], 'and')}; see above`] : []),
    ...(run.plan.mode === 'sync' ? [`  changes  ${changesText(changes)}`] : []),
    `  work     ${workText(requests, run.logins)}`,
    `  time     ${duration(run.durationMs)}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function totalsOf(outcomes: readonly Outcome[]): Changes & { readonly requests: number } {
  const sum = (field: keyof Changes | 'requests'): number =>
    outcomes.reduce((total, { result }) => total + (result?.[field] ?? 0), 0);
  const [added, changed, deleted] = [sum('added'), sum('changed'), sum('deleted')];
  return { added, changed, deleted, unlisted: sum('unlisted'), requests: sum('requests') };
}

/** The summary for programs; its shape is part of the public interface. Times in UTC, `to` exclusive. */
function summaryJson(outcomes: readonly Outcome[], run: RunOutcome, exitCode: ExitCode): Record<string, unknown> {
  const { plan, storeName, logins, warnings, durationMs } = run;
  return {
    status: exitCode === exitCodes.done ? 'done' : 'failed',
    exitCode,
    mode: plan.mode,
    store: storeName,
    ...totalsOf(outcomes),
    logins,
    durationMs,
    warnings,
    accounts: outcomes.map((outcome) => accountJson(outcome, plan)),
  };
}

function accountJson(outcome: Outcome, plan: SyncPlan): Record<string, unknown> {
  const { account, result, error } = outcome;
  const { id, name = null, timeZone } = account;
  const exitCode = exitCodeOfAccount(outcome, plan);
  const head = { account: id, name, timeZone, status: exitCode === exitCodes.done ? 'done' : 'failed', exitCode };
  if (result === undefined)
    return { ...head, error: { code: describeFailure(error).code, message: failureText(error) } };
  const { incomplete, differences, range, settledUntil, ...numbers } = result;
  return {
    ...head,
    ...numbers,
    range,
    settledUntil: settledUntil ?? null,
    differences,
    missing: incomplete.flatMap(({ windows }) => windows),
    rejected: incomplete.flatMap(({ rejected }) => rejected),
  };
}
