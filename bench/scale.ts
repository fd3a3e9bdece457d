// npm run bench -- --scale: what many accounts take of each part, from what one job was measured to take.

/** A fleet on paper. */
export interface Fleet {
  readonly accounts: number;
  readonly callsPerDay: number;
  /** The time between two comparisons of an account, in seconds. */
  readonly everySeconds: number;
  /** Of the calls of a day, the part in the busiest hour; an even day has 1/24. */
  readonly busiestHour: number;
}

/** What one unit takes; measured with `npm run bench -- --workers`, or as said beside it. */
export interface Measured {
  /** Milliseconds of a worker's core for a comparison. */
  readonly workerMsPerCompare: number;
  /** Milliseconds of a core of the database for a comparison: its statements and those of its job. */
  readonly databaseMsPerCompare: number;
  /** Milliseconds of a core of the database for each call of the store that a comparison counts. */
  readonly databaseMsPerStoredCall: number;
  /** Milliseconds of a worker's core for a call that is read. */
  readonly workerMsPerCall: number;
  /** Milliseconds of a core of the database for a call that is written, with its index. */
  readonly databaseMsPerCall: number;
  /** Bytes of a call in the table and its index. */
  readonly bytesPerCall: number;
  /** Bytes of WAL for a comparison, and for a call. */
  readonly walBytesPerCompare: number;
  readonly walBytesPerCall: number;
}

/** One part of the system, and how much of it is used in the busiest hour. */
export interface Load {
  readonly part: string;
  readonly need: string;
  /** What one machine of the size in docs/scale.md has. */
  readonly has: string;
  /** Need divided by what there is: the first above 1 is the bottleneck. */
  readonly used: number;
}

/** What one database server has: 16 cores, a disk that writes 500 MB of WAL a second, 10 TB, 500 connections. */
const server = { cores: 16, walBytesPerSecond: 500e6, bytes: 10e12, connections: 500 };
/** Part of a core that is used on average before waiting grows long. */
const target = 0.6;
/** Jobs at the same time over all workers: each has a connection, and a comparison takes about a request of 300 ms. */
const secondsPerCompare = 0.35;

/** Computes what a fleet takes of each part. */
function loadsOf(fleet: Fleet, measured: Measured, daysKept = 365): readonly Load[] {
  const { accounts, callsPerDay, everySeconds, busiestHour } = fleet;
  const compares = accounts / everySeconds;
  const calls = (callsPerDay * busiestHour) / 3_600;
  // An account whose calls have arrived since the last comparison is also read.
  const reads = compares * (1 - Math.exp(-(calls / accounts) * everySeconds));
  // Each comparison counts what is not settled, the calls of 25 hours; once a day, all that is kept is counted.
  const counted = compares * (callsPerDay / accounts) * (25 / 24) + (callsPerDay * daysKept) / 86_400;
  const databaseMs =
    (compares + 2 * reads) * measured.databaseMsPerCompare +
    calls * measured.databaseMsPerCall +
    counted * measured.databaseMsPerStoredCall;
  const workerCores = ((compares + reads) * measured.workerMsPerCompare + calls * measured.workerMsPerCall) / 1_000;
  const wal = (compares + reads) * measured.walBytesPerCompare + calls * measured.walBytesPerCall;
  const bytes = callsPerDay * daysKept * measured.bytesPerCall;
  const sessions = (compares + 2 * reads) * secondsPerCompare;
  const load = (part: string, need: number, has: number, unit: string): Load => {
    const text = (value: number): string =>
      `${value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)} ${unit}`;
    return { part, need: text(need), has: text(has), used: need / has };
  };
  return [
    load('cores of the database', databaseMs / 1_000, server.cores * target, 'cores'),
    load('WAL', wal / 1e6, server.walBytesPerSecond / 1e6, 'MB/s'),
    load('sessions, one a job', sessions, server.connections, 'sessions'),
    load(`calls kept for ${daysKept} days`, bytes / 1e12, server.bytes / 1e12, 'TB'),
    load('cores of all workers (add machines)', workerCores, 64, 'cores'),
  ];
}

/** As `npm run bench -- --workers` showed on two cores of an AMD EPYC; see docs/scale.md. */
const measuredHere: Measured = {
  workerMsPerCompare: 2.6,
  databaseMsPerCompare: 4.3,
  databaseMsPerStoredCall: 0.0005,
  workerMsPerCall: 0.1,
  databaseMsPerCall: 0.04,
  bytesPerCall: 450,
  walBytesPerCompare: 2_400,
  walBytesPerCall: 460,
};

/** Returns the loads of three fleets as tables in Markdown. */
export function scaleTables(measured: Measured = measuredHere): string {
  const fleets = [
    { accounts: 1_000, callsPerDay: 1e6 },
    { accounts: 10_000, callsPerDay: 1e7 },
    { accounts: 100_000, callsPerDay: 1e8 },
  ];
  return fleets
    .flatMap((fleet) =>
      [300, 3_600].map((everySeconds) => {
        const loads = loadsOf({ ...fleet, everySeconds, busiestHour: 0.12 }, measured);
        const lines = loads.map(({ part, need, has, used }) => `| ${part} | ${need} | ${has} | ${used.toFixed(2)} |`);
        const what = `${fleet.accounts.toLocaleString('en')} accounts, ${fleet.callsPerDay.toLocaleString('en')} calls a day, compared every ${everySeconds / 60} minutes`;
        return `${what}:\n\n| part | needs | has | used |\n|---|--:|--:|--:|\n${lines.join('\n')}\n`;
      }),
    )
    .join('\n');
}
