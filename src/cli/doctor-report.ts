import picocolors from 'picocolors';
import type { Examination } from '../doctor/examine.ts';
import type { Step } from '../doctor/step.ts';
import type { CliIo } from './cli-io.ts';
import { doctorExitCode } from './doctor-exit-code.ts';
import type { DoctorFlags } from './doctor-flags.ts';
import { doctorJson } from './doctor-json.ts';
import { surveyText } from './doctor-survey-text.ts';
import { stepText } from './doctor-text.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { withFlagNames } from './flag-names.ts';
import type { Voice } from './voice.ts';
import { wantsColours } from './voice.ts';
import { counted } from './words.ts';

/** Says what the doctor finds, as it is found. */
export interface DoctorReport {
  step(step: Step): void;
  /** Says the rest; answers with the exit code. */
  conclude(examination: Examination): ExitCode;
  interrupted(): ExitCode;
}

/** The report is what the command is for, so it goes to standard output, unless programs read that. */
export function createDoctorReport(flags: DoctorFlags, io: CliIo, voice: Voice): DoctorReport {
  const stream = flags.json ? io.stderr : io.stdout;
  const colours = picocolors.createColors(wantsColours(stream, io.env));
  const paint = { passed: colours.green, failed: colours.red, unknown: colours.yellow, 'not-checked': colours.dim };

  function write(text: string): void {
    if (!flags.quiet) stream.write(text);
  }

  return {
    step(step) {
      write(stepText(inUsersWords(step), (mark, status) => paint[status](mark)));
    },
    conclude(examination) {
      const { survey, failure } = examination;
      const exitCode = doctorExitCode(failure?.fault);
      if (survey) write(`\n${surveyText(survey, colours.yellow('!'))}`);
      write(`\n${verdict(examination)}\n`);
      if (flags.quiet && failure) voice.complain(`${inUsersWords(failure).detail} ${failure.remedy}`);
      voice.json(doctorJson(examination, exitCode));
      return exitCode;
    },
    interrupted() {
      const message = 'Interrupted.';
      voice.complain(message);
      voice.json({ status: 'failed', exitCode: exitCodes.interrupted, error: { code: 'aborted', message } });
      return exitCodes.interrupted;
    },
  };
}

/** Settings are called in the library as its options are called. */
function inUsersWords<S extends Step>(step: S): S {
  return step.name === 'settings' ? { ...step, detail: withFlagNames(step.detail) } : step;
}

function verdict({ failure, survey, visit }: Examination): string {
  const cost = visit === undefined ? '' : ` ${costOf(visit.counts)}`;
  if (failure !== undefined) return `Not ready: see ✗ above.${cost}`;
  const differences = survey?.differences.length ?? 0;
  if (differences === 0) return `Everything is set up.${cost}`;
  return `Everything is set up. The differences are no failure: they say where the API has parted from the document.${cost}`;
}

function costOf({
  logins,
  requests,
  repeats,
}: {
  logins: number;
  requests: number;
  repeats: ReadonlyMap<string, number>;
}): string {
  const reasons = [...repeats].map(([code, times]) => `${code} ${times}`).join(', ');
  const work = `${counted(requests, 'request')} for calls, ${logins === 0 ? 'no login' : counted(logins, 'login')}`;
  return `(${work}${reasons === '' ? '' : `; repeated because of: ${reasons}`})`;
}
