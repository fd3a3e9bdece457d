import { type Command, Option } from 'commander';
import picocolors from 'picocolors';
import type { ProfileName } from '../../../sandbox.ts';
import { type ApiProbe, createApiProbe } from '../../doctor/api-probe.ts';
import { checkSetup, type SetupReport } from '../../doctor/check-setup.ts';
import type { Step, StepProblem } from '../../doctor/steps.ts';
import { type Connection, connectAccount, connectSandbox, userAgent } from '../connection.ts';
import { type ExitCode, exitCodes, inHint, inSummary, reportFailure, usageError } from '../failure.ts';
import { accountFlags, addFlags, type ConnectionFlags, type OutputFlags, outputFlags, pageSizeFlag } from '../flags.ts';
import { type CliIo, createReporter, type Reporter, showsUnicode, wantsColours } from '../terminal/reporter.ts';
import { createRunLog } from '../terminal/run-log.ts';
import { type Look, notCheckedText, type ShownStep, stepText, surveyText, verdictText } from './doctor-text.ts';
import { profileFlag } from './sandbox.ts';

/** The flags of `doctor`. */
export interface DoctorFlags extends ConnectionFlags, OutputFlags {
  readonly profile?: ProfileName;
  readonly login?: true;
}

export function addDoctorFlags(command: Command): Command {
  return addFlags(command, {
    ...accountFlags(),
    'Checks:': [
      new Option('--login', 'check user name, password and client with one login, even if a stored token is good'),
      profileFlag('how the server of --sandbox behaves: gentle or hostile (default: gentle)'),
      pageSizeFlag('calls per request that exports will use, 1 to 10,000 (default: 1,000)'),
    ],
    'Output:': outputFlags('print the report as JSON on standard output, and for people on standard error'),
  });
}

export const doctorHelp = `
Makes one login at most, and none while a stored token is good (unless --login)
or if the last login with these credentials was refused. Of your calls, it only
prints names of fields, types and counts. Differences from the document are not
failures.`;

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
      ...{ pageSize: flags.pageSize, userAgent, signal: io.signal, on: handlers, login: flags.login },
    });
    if (flags.resetLogin) await probe.reset();
    return probe;
  };
  try {
    const report = await checkSetup({ open, now: io.now(), onStep: print.step });
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
      const steps = report.steps.map(inUsersWords);
      const failure = steps.find((step) => step.status === 'failed');
      const exitCode = exitCodeOf(failure?.problem);
      write(notCheckedText(steps, look));
      if (report.survey) write(`\n${surveyText(report.survey, look)}`);
      write(`\n${verdictText(report, look)}\n`);
      if (flags.quiet && failure) reporter.error(`${failure.detail} ${failure.remedy ?? ''}`);
      reporter.json(reportJson(report, steps, exitCode));
      return exitCode;
    },
  };
}

/** A step with flags and variables instead of the library's options. */
function inUsersWords({ name, status, detail, ...fault }: Step): ShownStep {
  const text = inSummary(detail);
  if (!('problem' in fault)) return { name, status, detail: text };
  return { name, status, detail: text, problem: fault.problem, remedy: inHint(fault.remedy) };
}

/** The report for programs; its shape is part of the public interface. */
function reportJson(
  { survey, costs }: SetupReport,
  steps: readonly ShownStep[],
  exitCode: ExitCode,
): Record<string, unknown> {
  const { logins = 0, requests = 0, repeats } = costs ?? {};
  const failure = steps.find((step) => step.status === 'failed');
  return {
    status: exitCode === exitCodes.done ? 'done' : 'failed',
    exitCode,
    ...(failure && { error: { code: failure.problem, message: `${failure.detail} ${failure.remedy ?? ''}` } }),
    steps,
    survey: survey ?? null,
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

/** The problems of logging in, of the token and of permissions. All others are a failing server or a wrong address. */
const refusals: ReadonlySet<StepProblem> = new Set([
  'wrong-client',
  'wrong-password',
  'user-locked',
  'grant-not-allowed',
  'login-refused',
  'login-blocked',
  'missing-scope',
  'unknown-scope',
  'token-invalid',
  'token-unknown',
  'token-retired',
  'new-token-retired',
  'not-subscribed',
  'forbidden',
  'no-role-or-wrong-account',
  'no-scope-role-or-wrong-account',
]);

function exitCodeOf(problem: StepProblem | undefined): ExitCode {
  if (problem === undefined) return exitCodes.done;
  if (problem === 'settings') return exitCodes.usage;
  return refusals.has(problem) ? exitCodes.refused : exitCodes.failed;
}
