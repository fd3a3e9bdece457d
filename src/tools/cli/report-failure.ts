import type { MissingWindow } from '../../core/errors/index.ts';
import { describeFailure } from './describe-failure.ts';
import type { ExitCode } from './exit-code.ts';
import type { Remainder } from './export-report.ts';
import type { Voice } from './voice.ts';

/** So many windows are listed one by one; `--json` has them all. */
const mostListed = 20;

/** Says what went wrong, what is missing and how to go on, and answers with the exit code. */
export function reportFailure(error: unknown, voice: Voice, remainder?: Remainder): ExitCode {
  const { exitCode, code, message, missing } = describeFailure(error);
  voice.complain([message, ...sentence(remainder, missing)].join(' '));
  if (missing.length > 1) listMissing(missing, voice);
  for (const step of remainder?.steps ?? []) voice.advise(step);
  const windows = missing.length > 0 && { missing };
  voice.json({ status: 'failed', exitCode, error: { code, message }, ...windows, ...remainder?.json });
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

function listMissing(missing: readonly MissingWindow[], voice: Voice): void {
  for (const { from, to, expected, found } of missing.slice(0, mostListed)) {
    voice.complain(`Missing: ${from.toISOString()} to ${to.toISOString()} (${found} of ${expected} found)`);
  }
  if (missing.length > mostListed) voice.complain(`Missing: ${missing.length - mostListed} windows more`);
}
