import picocolors from 'picocolors';
import type { Examination } from '../doctor/examine.ts';
import type { Step } from '../doctor/step.ts';
import type { VisitCounts } from '../doctor/visit-counts.ts';
import type { CliIo } from './cli-io.ts';
import { doctorExitCode } from './doctor-exit-code.ts';
import type { DoctorFlags } from './doctor-flags.ts';
import { doctorJson } from './doctor-json.ts';
import { surveyText } from './doctor-survey-text.ts';
import { notCheckedText, type Paint, stepText } from './doctor-text.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { withFlagNames } from './flag-names.ts';
import { type Voice, wantsColours } from './voice.ts';
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
  const colourOf = { passed: colours.green, failed: colours.red, unknown: colours.yellow, 'not-checked': colours.dim };
  const paint: Paint = (mark, status) => colourOf[status](mark);

  function write(text: string): void {
    if (!flags.quiet) stream.write(text);
  }

  return {
    step(step) {
      if (step.status !== 'not-checked') write(stepText(inUsersWords(step), paint));
    },
    conclude({ steps, ...found }) {
      const { survey } = found;
      const failure = found.failure && inUsersWords(found.failure);
      const examination = { ...found, failure, steps: steps.map(inUsersWords) };
      const exitCode = doctorExitCode(failure?.fault);
      write(notCheckedText(steps, paint));
      if (survey) write(`\n${surveyText(survey, colours.yellow('!'))}`);
      write(`\n${verdict(examination)}\n`);
      if (flags.quiet && failure) voice.complain(`${failure.detail} ${failure.remedy}`);
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
  const cost = visit === undefined ? [] : [costOf(visit.counts)];
  const differs = (survey?.differences.length ?? 0) > 0;
  const ready = differs
    ? 'Everything is set up. Differences are no failure: they say where the API has parted from its document.'
    : 'Everything is set up.';
  return [failure === undefined ? ready : 'Not ready: see ✗ above.', ...cost].join('\n');
}

function costOf({ logins, requests, repeats }: VisitCounts): string {
  const reasons = [...repeats].map(([code, times]) => `${code} (${times})`).join(', ');
  const work = `${counted(requests, 'request')} for calls, ${logins === 0 ? 'no login' : counted(logins, 'login')}`;
  return reasons === '' ? `${work}.` : `${work}; repeated because of ${reasons}.`;
}
