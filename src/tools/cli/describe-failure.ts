import { IncompleteError, type MissingWindow, ReportsError } from '../../core/errors/index.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { withFlagNames, withFlagsInHints } from './flag-names.ts';

/** How a run failed, for people and programs. */
export interface Failure {
  readonly exitCode: ExitCode;
  /** The `code` of the error. */
  readonly code: string;
  /** What went wrong and what to do. */
  readonly message: string;
  /** The spans in which calls are missing, if that is how it failed. */
  readonly missing: readonly MissingWindow[];
}

export function describeFailure(error: unknown): Failure {
  const exitCode = exitCodeOf(error);
  const missing = error instanceof IncompleteError ? error.windows : [];
  return { exitCode, code: codeOf(error) ?? 'unexpected', message: messageOf(error, exitCode), missing };
}

function messageOf(error: unknown, exitCode: ExitCode): string {
  if (exitCode === exitCodes.interrupted) return 'Interrupted; the export is not complete.';
  if (!(error instanceof Error)) return String(error);
  if (exitCode === exitCodes.usage) return withFlagNames(error.message);
  // Its hint speaks to those who write programs.
  if (error instanceof IncompleteError) return error.message.replace(` ${error.hint ?? ''}`, '');
  return [withFlagsInHints(error.message), ...attemptsOf(error), ...causeOf(error)].join(' ');
}

function attemptsOf(error: Error): string[] {
  const { attempts = 1 } = error instanceof ReportsError ? error : {};
  return attempts > 1 ? [`It was tried ${attempts} times.`] : [];
}

/** What a network failure comes down to (`ECONNREFUSED`, `ENOTFOUND`) stands at the end of its causes. */
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
