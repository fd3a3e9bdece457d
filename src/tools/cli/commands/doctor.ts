import type { Command } from 'commander';
import picocolors from 'picocolors';
import type { ProfileName } from '../../../sandbox.ts';
import { type ApiProbe, createApiProbe } from '../../doctor/api-probe.ts';
import { checkSetup, type SetupReport } from '../../doctor/check-setup.ts';
import type { Fault } from '../../doctor/remedies.ts';
import type { Step } from '../../doctor/steps.ts';
import { type Connection, connectAccount, connectSandbox, userAgent } from '../connection.ts';
import { type ExitCode, exitCodes, reportFailure, usageError, withFlagNames } from '../failure.ts';
import { addAccountFlags, addReporterFlags, type ConnectionFlags, type OutputFlags, pageSizeFlag } from '../flags.ts';
import { type CliIo, createReporter, type Reporter, showsUnicode, wantsColours } from '../terminal/reporter.ts';
import { createRunLog } from '../terminal/run-log.ts';
import { type Look, notCheckedText, stepText, surveyText, verdictText } from './doctor-text.ts';
import { profileFlag } from './sandbox.ts';

/** The flags of `doctor`. */
export interface DoctorFlags extends ConnectionFlags, OutputFlags {
  readonly profile?: ProfileName;
  readonly login?: true;
}

export function addDoctorFlags(command: Command): Command {
  addAccountFlags(command)
    .option('--login', 'check user name, password and client with one login, even if a stored token is good')
    .addOption(profileFlag('how the server of --sandbox behaves: gentle or hostile (default: gentle)'))
    .optionsGroup('Output:')
    .addOption(pageSizeFlag('calls per request that exports will use, 1 to 10,000 (default: 1,000)'));
  return addReporterFlags(command, {
    json: 'print the report as JSON on standard output, and for people on standard error',
    verbose: 'show each request: page, status, time',
  });
}

export const doctorHelp = `
Makes one login at most, and none while a stored token is good (unless --login)
or if the last login with these credentials was refused. Prints nothing of your
calls but names of fields, types and counts. Differences from the document are
not failures.`;

/** The command `doctor`: prints its report and returns the exit code. */
export async function runDoctor(flags: DoctorFlags, io: CliIo): Promise<ExitCode> {
  const reporter = createReporter(flags, io);
  const print = createPrinter(flags, io);
  let connection: Connection | undefined;
  const open = async (): Promise<ApiProbe> => {
    connection = await connectDoctor(flags, io, reporter);
    const { handlers } = createRunLog(reporter, io.now);
    const probe = createApiProbe({
      ...connection.options,
      ...{ pageSize: flags.pageSize, userAgent, signal: io.signal, on: handlers },
    });
    if (flags.resetLogin) await probe.reset();
    return probe;
  };
  try {
    const report = await checkSetup({ open, now: io.now(), login: flags.login ?? false, onStep: print.step });
    return print.conclude(report, reporter);
  } catch (error) {
    return io.signal.aborted ? interrupted(reporter) : reportFailure(error, reporter);
  } finally {
    await connection?.close();
  }
}

/** Rejects with a `ConfigurationError`. */
async function connectDoctor(flags: DoctorFlags, io: CliIo, reporter: Reporter): Promise<Connection> {
  if (flags.sandbox) return await connectSandbox({ profile: flags.profile ?? 'gentle' });
  if (flags.profile !== undefined) throw usageError('--profile needs --sandbox', 'Add --sandbox, or remove --profile.');
  return await connectAccount(flags, io, (message) => {
    reporter.warn(message);
  });
}

/** Prints steps as they end, then the rest. */
interface Printer {
  readonly step: (step: Step) => void;
  readonly conclude: (report: SetupReport, reporter: Reporter) => ExitCode;
}

/** The report is the purpose of the command, so it goes to standard output, unless programs read that. */
function createPrinter(flags: DoctorFlags, io: CliIo): Printer {
  const stream = flags.json ? io.stderr : io.stdout;
  const colours = picocolors.createColors(wantsColours(stream, io.env));
  const { green, red, yellow, dim } = colours;
  const paints = { passed: green, failed: red, unknown: yellow, 'not-checked': dim, differs: yellow };
  const look: Look = { unicode: showsUnicode(io.env), paint: (mark, status) => paints[status](mark) };
  const write = (text: string): void => {
    if (!flags.quiet) stream.write(text);
  };
  return {
    step(step) {
      if (step.status !== 'not-checked') write(stepText(inUsersWords(step), look));
    },
    conclude(report, reporter) {
      const failure = report.failure && inUsersWords(report.failure);
      const exitCode = exitCodeOfFault(failure?.fault);
      write(notCheckedText(report.steps, look));
      if (report.survey) write(`\n${surveyText(report.survey, look)}`);
      write(`\n${verdictText(report, look)}\n`);
      if (flags.quiet && failure) reporter.error(`${failure.detail} ${failure.remedy}`);
      reporter.json(reportJson({ ...report, failure, steps: report.steps.map(inUsersWords) }, exitCode));
      return exitCode;
    },
  };
}

/** Settings are named in the library as its options are named. */
function inUsersWords<S extends Step>(step: S): S {
  return step.name === 'settings' ? { ...step, detail: withFlagNames(step.detail) } : step;
}

/** The report for programs; its shape is part of the public interface. */
function reportJson({ steps, failure, survey, costs }: SetupReport, exitCode: ExitCode): Record<string, unknown> {
  const { logins = 0, requests = 0, repeats } = costs ?? {};
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

function interrupted(reporter: Reporter): ExitCode {
  const message = 'Interrupted.';
  reporter.error(message);
  reporter.json({ status: 'failed', exitCode: exitCodes.interrupted, error: { code: 'aborted', message } });
  return exitCodes.interrupted;
}

/** All other faults are failures of the server or the network, or a wrong address. */
const exitCodesByFault: Readonly<Partial<Record<Fault, ExitCode>>> = {
  settings: exitCodes.usage,
  'wrong-client': exitCodes.refused,
  'wrong-password': exitCodes.refused,
  'user-locked': exitCodes.refused,
  'login-refused': exitCodes.refused,
  'grant-not-allowed': exitCodes.refused,
  'no-scope': exitCodes.refused,
  'token-invalid': exitCodes.refused,
  'token-unknown-here': exitCodes.refused,
  'token-retired': exitCodes.refused,
  'not-subscribed': exitCodes.refused,
  forbidden: exitCodes.refused,
  'no-role-or-wrong-account': exitCodes.refused,
  'no-scope-role-or-wrong-account': exitCodes.refused,
};

function exitCodeOfFault(fault: Fault | undefined): ExitCode {
  return fault === undefined ? exitCodes.done : (exitCodesByFault[fault] ?? exitCodes.failed);
}
