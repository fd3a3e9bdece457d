import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { withFlagNames } from './flag-names.ts';
import type { Voice } from './voice.ts';

/** Says in one line what went wrong and what to do, and answers with the exit code. */
export function reportFailure(error: unknown, voice: Voice): ExitCode {
  const exitCode = exitCodeOf(error);
  const message = messageOf(error, exitCode);
  voice.complain(message);
  voice.json({ status: 'failed', exitCode, error: { code: codeOf(error), message } });
  return exitCode;
}

function messageOf(error: unknown, exitCode: ExitCode): string {
  if (exitCode === exitCodes.interrupted) return 'Interrupted; the export is not complete.';
  const message = error instanceof Error ? error.message : String(error);
  return exitCode === exitCodes.usage ? withFlagNames(message) : message;
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : 'unexpected';
}
