import { startSandbox, type CallRow, type Sandbox } from '../../src/sandbox.ts';

/** The month that every program keeps a copy of, and the time when the copies are compared with the truth. */
export const month = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') };
const comparedAt = new Date('2026-04-02T06:00:00Z');

/** The night in which the server cannot be reached. */
const failedNight = { from: new Date('2026-03-10T22:00:00Z'), to: new Date('2026-03-11T06:00:00Z') };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A program that keeps a copy of the calls. */
export interface Keeper {
  readonly name: string;
  /** The time between two runs, in minutes. */
  readonly everyMinutes: number;
  /** Brings the copy up to date. */
  run(now: Date): Promise<void>;
  /** The calls of the copy. */
  rows(): Promise<readonly CallRow[]>;
}

/** The quality of a copy at the end. */
export interface Outcome {
  readonly name: string;
  /** Calls that the server lists and that are missing from the copy. */
  readonly lost: number;
  /** Calls that the copy has more than once. */
  readonly doubled: number;
  /** Calls with other values than the server lists, and calls that it no longer lists. */
  readonly stale: number;
  readonly requests: number;
  readonly runs: number;
}

/**
 * Lets a program live through the month: 12,000 calls of up to four hours, listed 8 to 13 minutes after their end, a night
 * without a connection, a call that is removed and one that is corrected a day after they were listed.
 */
export async function liveThrough(create: (sandbox: Sandbox) => Promise<Keeper> | Keeper): Promise<Outcome> {
  let requests = 0;
  await using sandbox = await startSandbox({
    calls: 12_000,
    from: month.from,
    to: month.to,
    now: month.from,
    switches: {
      appearanceLatency: { medianMs: 8 * minuteMs, ninetiethPercentileMs: 10 * minuteMs, worstMs: 13 * minuteMs },
    },
    onRequest: ({ path }) => {
      if (path.endsWith('/call-logs')) requests += 1;
    },
  });
  sandbox.clock.freeze();
  const keeper = await create(sandbox);
  const events = [removeCall(sandbox), correctCall(sandbox)];
  let runs = 0;
  for (let now = month.from.getTime(); now <= comparedAt.getTime(); now += keeper.everyMinutes * minuteMs) {
    sandbox.clock.set(new Date(now));
    for (const event of events) event(now);
    if (now === month.from.getTime() || (now >= failedNight.from.getTime() && now < failedNight.to.getTime())) continue;
    runs += 1;
    await keeper.run(new Date(now));
  }
  return { name: keeper.name, requests, runs, ...compare(await keeper.rows(), sandbox.calls(month)) };
}

/** Removes a call of the 12th on the 14th. */
function removeCall(sandbox: Sandbox): (now: number) => void {
  return once(new Date('2026-03-14T12:00:00Z'), () => {
    sandbox.remove(someCallOf(sandbox, '2026-03-12').id);
  });
}

/** Corrects a call of the 17th on the 19th. */
function correctCall(sandbox: Sandbox): (now: number) => void {
  return once(new Date('2026-03-19T12:00:00Z'), () => {
    sandbox.correct(someCallOf(sandbox, '2026-03-17').id, { result: 'Blocked', custom_tag: 'corrected' });
  });
}

function someCallOf(sandbox: Sandbox, day: string): CallRow {
  const from = new Date(`${day}T00:00:00Z`);
  const call = sandbox.calls({ from, to: new Date(from.getTime() + dayMs) })[20];
  if (call === undefined) throw new RangeError(`there are no calls on ${day}`);
  return call;
}

function once(at: Date, event: () => void): (now: number) => void {
  let isDone = false;
  return (now) => {
    if (isDone || now < at.getTime()) return;
    isDone = true;
    event();
  };
}

function compare(copy: readonly CallRow[], truth: readonly CallRow[]): Pick<Outcome, 'lost' | 'doubled' | 'stale'> {
  const copies = new Map(copy.map((row) => [row.id, contentOf(row)]));
  const listed = new Map(truth.map((row) => [row.id, contentOf(row)]));
  return {
    lost: [...listed.keys()].filter((id) => !copies.has(id)).length,
    doubled: copy.length - copies.size,
    stale: [...copies].filter(([id, row]) => listed.get(id) !== row).length,
  };
}

/** The fields of a call, whatever their order; null counts as absent. */
function contentOf(row: CallRow): string {
  const fields = Object.entries(row).filter(([, value]) => value !== null);
  return JSON.stringify(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}
