import { examine } from '../doctor/examine.ts';
import { createVisit, type Visit } from '../doctor/visit.ts';
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
    const pageSize = parseNumber('--page-size', flags.pageSize);
    const userAgent = `vbc-reports/${version}`;
    const visit = createVisit({ ...connection.options, pageSize, userAgent, signal: io.signal });
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
