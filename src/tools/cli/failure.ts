import { ConfigurationError, IncompleteError, type MissingWindow, ReportsError } from '../../core/errors/index.ts';
import type { Remainder } from './remainder.ts';
import type { Reporter } from './terminal/reporter.ts';

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
  /** What went wrong and what to do. */
  readonly message: string;
  /** The windows in which calls are missing, if the run is incomplete. */
  readonly missing: readonly MissingWindow[];
}

export function describeFailure(error: unknown): Failure {
  const exitCode = exitCodeOf(error);
  const missing = error instanceof IncompleteError ? error.windows : [];
  return { exitCode, code: codeOf(error) ?? 'unexpected', message: messageOf(error, exitCode), missing };
}

/** So many windows are listed one by one; `--json` has them all. */
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

/** Where the calls are, and which are missing unless the message has just said so. */
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
  if (exitCode === exitCodes.usage) return withFlagNames(error.message);
  // Its hint is for programs.
  if (error instanceof IncompleteError) return error.message.replace(` ${error.hint ?? ''}`, '');
  return [withFlagsInHints(error.message), ...attemptsOf(error), ...causeOf(error)].join(' ');
}

function attemptsOf(error: Error): string[] {
  const { attempts = 1 } = error instanceof ReportsError ? error : {};
  return attempts > 1 ? [`It was tried ${attempts} times.`] : [];
}

/** The reason for a network failure (`ECONNREFUSED`, `ENOTFOUND`) is at the end of its causes. */
function causeOf(error: Error): string[] {
  if (!(error instanceof ReportsError)) return [];
  let code: string | undefined;
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) code = codeOf(cause) ?? code;
  return code === undefined ? [] : [`Cause: ${code}.`];
}

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** The flags and variables that set the library's options. */
const flagsByOption: Readonly<Record<string, string>> = {
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
  maxRetryAfterMs: '--max-wait',
  auth: 'VBC_ACCESS_TOKEN',
  clientId: '--client-id (or VBC_CLIENT_ID)',
  clientSecret: 'VBC_CLIENT_SECRET',
  'auth.clientId': '--client-id (or VBC_CLIENT_ID)',
  'auth.clientSecret': 'VBC_CLIENT_SECRET',
  'auth.username': '--username (or VBC_USERNAME)',
  'auth.password': 'VBC_PASSWORD',
};

/** The library's message with its options called as they are on the command line. */
export function withFlagNames(message: string): string {
  return message.replace(/"([a-zA-Z.]+)"/g, (quoted, option: string) => flagsByOption[option] ?? quoted);
}

/** What hints say to those who write programs, beside what they say to those who don't. */
const forPrograms = '`auth.reset()`, or `--reset-login` on the command line';

/** As `withFlagNames` for hints, which quote options as code: plain quotes may be around what the server said. */
export function withFlagsInHints(message: string): string {
  return message
    .replace(forPrograms, '--reset-login')
    .replace(/`([a-zA-Z.]+)`/g, (quoted, option: string) => flagsByOption[option] ?? quoted);
}
