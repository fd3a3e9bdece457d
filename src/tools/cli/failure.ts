import {
  ConfigurationError,
  IncompleteError,
  type MissingWindow,
  type OptionName,
  type Phrase,
  render,
  ReportsError,
} from '../../core/errors/index.ts';
import { systemCodeOf } from '../../core/http/index.ts';
import { StoreError } from '../sync/index.ts';
import type { Reporter } from './terminal/reporter.ts';
import { withHint } from './terminal/text.ts';

export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3, incomplete: 4, interrupted: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Wrong usage of the command line: what is wrong, and what to do. */
export function usageError(summary: string, hint?: string): ConfigurationError {
  return new ConfigurationError(summary, hint === undefined ? undefined : { hint });
}

/** By the `code` of an error. All others are failures of the server, the network or the disk. */
const exitCodesByError: Readonly<Record<string, ExitCode>> = {
  configuration: exitCodes.usage,
  'sandbox-configuration': exitCodes.usage,
  'authentication-refused': exitCodes.refused,
  'account-locked': exitCodes.refused,
  'not-subscribed': exitCodes.refused,
  incomplete: exitCodes.incomplete,
  aborted: exitCodes.interrupted,
  // Those of a StoreError; the other three are failures.
  package: exitCodes.usage,
  foreign: exitCodes.usage,
  version: exitCodes.usage,
  refused: exitCodes.refused,
};

/** Returns the exit code of a run that ended in this error. */
export function exitCodeOf(error: unknown): ExitCode {
  const { code, status } = Object(error) as { code?: unknown; status?: unknown };
  const known = typeof code === 'string' ? exitCodesByError[code] : undefined;
  return known ?? (status === 401 || status === 403 ? exitCodes.refused : exitCodes.failed);
}

/** A failed run, for people and programs. */
export interface Failure {
  readonly exitCode: ExitCode;
  /** The `code` of the error. */
  readonly code: string;
  /** A text that says what went wrong and what to do. */
  readonly message: string;
  /** The windows in which calls are missing, if the run is incomplete. */
  readonly missing: readonly MissingWindow[];
}

export function describeFailure(error: unknown): Failure {
  const exitCode = exitCodeOf(error);
  const missing = error instanceof IncompleteError ? error.windows : [];
  return { exitCode, code: codeOf(error) ?? 'unexpected', message: messageOf(error, exitCode), missing };
}

/** The work that remains after an export ended early, in words. */
export interface Remainder {
  /** The place of the calls that were written, if they are kept. */
  readonly kept: string | undefined;
  /** The calls that are missing. */
  readonly missing: string;
  /** The steps to get them. */
  readonly steps: readonly string[];
  /** The same for programs. */
  readonly json: Record<string, unknown>;
}

/** The number of windows that are listed one by one; `--json` has them all. */
const mostListed = 20;

/** Reports what went wrong, what is missing and how to go on. Returns the exit code. */
export function reportFailure(error: unknown, reporter: Reporter, remainder?: Remainder): ExitCode {
  const { exitCode, code, message, missing } = describeFailure(error);
  reporter.error([message, ...sentence(remainder, missing)].join(' '));
  if (missing.length > 1) listMissing(missing, reporter);
  for (const step of remainder?.steps ?? []) reporter.advise(step);
  const windows = missing.length > 0 && { missing };
  reporter.json({ status: 'failed', exitCode, error: { code, message }, ...windows, ...remainder?.json });
  return exitCode;
}

/** Says where the calls are, and which are missing, unless the message has just said so. */
function sentence(remainder: Remainder | undefined, said: readonly MissingWindow[]): string[] {
  if (remainder === undefined) return [];
  const { kept, missing } = remainder;
  const parts = said.length > 0 ? [kept] : [kept, missing];
  const text = parts.filter((part) => part !== undefined).join('; ');
  return text === '' ? [] : [`${text.charAt(0).toUpperCase()}${text.slice(1)}.`];
}

function listMissing(missing: readonly MissingWindow[], reporter: Reporter): void {
  for (const { from, to, expected, found } of missing.slice(0, mostListed)) {
    reporter.error(`Missing: ${from.toISOString()} to ${to.toISOString()} (${found} of ${expected} found)`);
  }
  if (missing.length > mostListed) reporter.error(`Missing: ${missing.length - mostListed} more windows`);
}

function messageOf(error: unknown, exitCode: ExitCode): string {
  if (exitCode === exitCodes.interrupted) return 'Interrupted; the export is not complete.';
  if (!(error instanceof Error)) return String(error);
  if (error instanceof StoreError) return withHint(error);
  return error instanceof ReportsError ? composed(error) : error.message;
}

/** Describes what is wrong and what to do, separately, with flags and variables instead of the library's options. */
export function describeParts({
  code,
  parts,
  request,
}: ReportsError): Pick<Failure, 'code' | 'message'> & { hint: string | undefined } {
  const where = request === undefined ? '' : ` (${request})`;
  const hint = parts.hint === undefined ? undefined : inHint(parts.hint);
  return { code, message: `${inSummary(parts.summary)}${where}`, hint };
}

/** The parts of the error, with flags and variables instead of the library's options. */
function composed(error: ReportsError): string {
  const { summary, hint } = error.parts;
  const where = error.request === undefined ? '' : ` (${error.request})`;
  // The hint of an incomplete reading is for programs; the command line prints the command that continues.
  const advice = error instanceof IncompleteError ? adviceOn(error) : hint === undefined ? [] : [inHint(hint)];
  return [`${inSummary(summary)}${where}.`, ...advice, ...attemptsOf(error), ...causeOf(error)].join(' ');
}

function adviceOn({ rejected }: IncompleteError): string[] {
  return rejected.length === 0 ? [] : ['If such rows are expected, add --accept-rejected.'];
}

function attemptsOf({ attempts = 1 }: ReportsError): string[] {
  return attempts > 1 ? [`It was tried ${attempts} times.`] : [];
}

/** The reason for a network failure (`ECONNREFUSED`, `ENOTFOUND`) is at the end of its causes; most summaries have it. */
function causeOf(error: ReportsError): string[] {
  const code = error.cause instanceof Error ? systemCodeOf(error.cause) : undefined;
  return code === undefined || error.summary.includes(code) ? [] : [`Cause: ${code}.`];
}

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** The flags and variables that a user of the command line sets instead of the library's options. */
const settingsByOption: Readonly<Partial<Record<OptionName, string>>> = {
  accountId: '--account-id (or VBC_ACCOUNT_ID)',
  baseUrl: '--base-url (or VBC_BASE_URL)',
  tokenUrl: '--token-url (or VBC_TOKEN_URL)',
  from: '--from',
  to: '--to',
  timeZone: '--tz',
  direction: '--direction',
  fromNumber: '--from-number',
  toNumber: '--to-number',
  sourceUser: '--source-user',
  destinationUser: '--destination-user',
  endFrom: '--end-from',
  endTo: '--end-to',
  pageSize: '--page-size',
  concurrency: '--concurrency',
  requestsPerSecond: '--requests-per-second',
  timeoutMs: '--timeout',
  'retry.maxRetryAfterMs': '--max-wait',
  auth: 'VBC_ACCESS_TOKEN',
  'auth.clientId': '--client-id (or VBC_CLIENT_ID)',
  'auth.clientSecret': 'VBC_CLIENT_SECRET',
  'auth.username': '--username (or VBC_USERNAME)',
  'auth.password': 'VBC_PASSWORD',
};

/** The names for hints where they differ from those for summaries: a hint says what to do. */
const settingsInHints: typeof settingsByOption = {
  ...settingsByOption,
  auth: 'VBC_CLIENT_ID, VBC_CLIENT_SECRET, VBC_USERNAME and VBC_PASSWORD',
  'auth.reset()': '--reset-login',
  'auth.scope': 'the command line always does',
  'auth.clientAuthentication': 'the option `clientAuthentication` of the library',
};

/** The text of a summary, with flags and variables instead of the library's options. */
export function inSummary(summary: Phrase): string {
  return render(summary, (option) => settingsByOption[option] ?? `\`${option}\``);
}

/** The text of a hint or a remedy, with flags and variables instead of the library's options. */
export function inHint(hint: Phrase): string {
  return render(hint, (option) => settingsInHints[option] ?? `\`${option}\``);
}
