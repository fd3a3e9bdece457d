import type { Examination } from '../doctor/examine.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';

/** The report for programs; the shape is part of the public interface. */
export function doctorJson(
  { steps, failure, survey, visit }: Examination,
  exitCode: ExitCode,
): Record<string, unknown> {
  const { logins = 0, requests = 0, repeats } = visit?.counts ?? {};
  return {
    status: exitCode === exitCodes.done ? 'done' : 'failed',
    exitCode,
    ...(failure && { error: { code: failure.fault, message: `${failure.detail} ${failure.remedy}` } }),
    steps,
    answers: survey ?? null,
    logins,
    requests,
    repeats: Object.fromEntries(repeats ?? []),
  };
}
