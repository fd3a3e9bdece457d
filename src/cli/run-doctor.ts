import { examine } from '../doctor/examine.ts';
import { createVisit, type Visit, type VisitOptions } from '../doctor/visit.ts';
import type { CliIo } from './cli-io.ts';
import type { Connection } from './connect.ts';
import { connectDoctor } from './doctor-connection.ts';
import type { DoctorFlags } from './doctor-flags.ts';
import { createDoctorReport } from './doctor-report.ts';
import type { ExitCode } from './exit-code.ts';
import { parseNumber } from './parse-number.ts';
import { reportFailure } from './report-failure.ts';
import { version } from './version.ts';
import { createVoice } from './voice.ts';

/** The command `doctor`: answers with the exit code, having said everything. */
export async function runDoctor(flags: DoctorFlags, io: CliIo): Promise<ExitCode> {
  const voice = createVoice(flags, io);
  const report = createDoctorReport(flags, io, voice);
  let connection: Connection | undefined;
  const open = async (): Promise<Visit> => {
    connection = await connectDoctor(flags, io);
    const visit = createVisit({ ...connection.options, ...paceOf(flags), signal: io.signal });
    if (flags.resetLogin) await visit.reset();
    return visit;
  };
  try {
    return report.conclude(
      await examine({
        open,
        now: io.now(),
        onStep: (step) => {
          report.step(step);
        },
      }),
    );
  } catch (error) {
    return io.signal.aborted ? report.interrupted() : reportFailure(error, voice);
  } finally {
    await connection?.close();
  }
}

/** Checked as for an export, so that the same flags can be tried out. */
function paceOf(
  flags: DoctorFlags,
): Pick<VisitOptions, 'pageSize' | 'concurrency' | 'requestsPerSecond' | 'userAgent'> {
  return {
    pageSize: parseNumber('--page-size', flags.pageSize),
    concurrency: parseNumber('--concurrency', flags.concurrency),
    requestsPerSecond: parseNumber('--requests-per-second', flags.requestsPerSecond),
    userAgent: `vbc-reports/${version}`,
  };
}
