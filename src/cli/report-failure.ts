import { describeFailure } from './describe-failure.ts';
import type { ExitCode } from './exit-code.ts';
import type { Voice } from './voice.ts';

/** Says in one line what went wrong and what to do, below it what is missing, and answers with the exit code. */
export function reportFailure(error: unknown, voice: Voice): ExitCode {
  const { exitCode, code, message, missing } = describeFailure(error);
  voice.complain(message);
  if (missing.length > 1) {
    for (const { from, to, expected, found } of missing) {
      voice.complain(`Missing: ${from.toISOString()} to ${to.toISOString()} (${found} of ${expected} found)`);
    }
  }
  voice.json({ status: 'failed', exitCode, error: { code, message }, ...(missing.length > 0 && { missing }) });
  return exitCode;
}
