import { type CallLogPage, IncompleteError, ReportsError, type TimeWindow } from '../../index.ts';
import { bySettled, forget, prove } from './coverage.ts';
import type { Changes, Stage } from './store.ts';
import { report, type Run } from './run.ts';

/** The result of reading a window. */
export interface ReadResult {
  /** Calls that were found, and rows that could not be used. */
  readonly found: number;
  /** Set if the server did not list all that it stated. */
  readonly missing: IncompleteError | undefined;
}

/** The approximate number of calls in a transaction. After a crash, at most these are read again. */
const callsPerTransaction = 50_000;

/** Reads a window and writes it to the store; a long one in several transactions. */
export async function readWindow(run: Run, window: TimeWindow): Promise<ReadResult> {
  let result: ReadResult = { found: 0, missing: undefined };
  // A call that is no longer listed is kept or deleted, depending on whether its part of the window was settled.
  for (const part of bySettled(run.before, window)) {
    const { found, missing } = await readPart(run, part, part.settled && run.options.mirror !== true);
    result = { found: result.found + found, missing: result.missing ?? missing };
  }
  return result;
}

async function readPart(run: Run, window: TimeWindow, keepsUnlisted: boolean): Promise<ReadResult> {
  const { client, acceptRejected = false, signal } = run.options;
  const askedAt = new Date(run.now());
  const { from, to } = window;
  const list = client.callLogs.list({ from, to, pageSize: run.pageSize, acceptRejected, signal });
  const writer = new Writer(run, { window, askedAt, keepsUnlisted });
  let missing: IncompleteError | undefined;
  try {
    for await (const page of list.pages()) {
      await writer.write(page);
      run.callsRead += page.calls.length;
      report(run, 'reading');
    }
    await writer.end();
  } catch (error) {
    if (!(error instanceof ReportsError)) throw error;
    await writer.endEarly(error);
    if (!(error instanceof IncompleteError)) throw error;
    missing = error;
  } finally {
    await writer.close();
    run.requests += list.summary()?.requests ?? 0;
  }
  const { calls = 0, rejected = [] } = list.summary() ?? {};
  return { found: rejected.reduce((sum, { count }) => sum + count, calls), missing };
}

interface Writing {
  readonly window: TimeWindow;
  /** The time at which the reading began; windows are proven as of then. */
  readonly askedAt: Date;
  readonly keepsUnlisted: boolean;
}

/** Writes the pages of a window in transactions of about `callsPerTransaction` calls. */
class Writer {
  readonly #run: Run;
  readonly #writing: Writing;
  #stage: Stage | undefined;
  /** The end of what was written. */
  #from: Date;
  /** The end of the pages on the stage; undefined inside a window of the reading. */
  #to: Date | undefined;
  #staged = 0;
  #isProven = true;

  constructor(run: Run, writing: Writing) {
    this.#run = run;
    this.#writing = writing;
    this.#from = this.#to = writing.window.from;
  }

  async write({ calls, window, endsWindow, complete }: CallLogPage): Promise<void> {
    this.#stage ??= await this.#run.store.stage();
    await this.#stage.add(calls);
    this.#staged += calls.length;
    this.#isProven &&= complete;
    this.#to = endsWindow ? window.to : undefined;
    if (this.#to !== undefined && this.#staged >= callsPerTransaction) await this.#commit(this.#to);
  }

  /** Writes what is left of a window that was read to its end. */
  async end(): Promise<void> {
    await this.#commit(this.#writing.window.to);
  }

  /** Writes the calls that were read before an error. The windows that the error leaves open are not proven. */
  async endEarly(error: ReportsError): Promise<void> {
    const { window } = this.#writing;
    this.#isProven &&= this.#to !== undefined && !(error instanceof IncompleteError);
    if (this.#staged > 0) await this.#commit(this.#to ?? window.to);
    if (!(error instanceof IncompleteError)) return;
    for (const open of [...error.windows, ...resumeWindows(error)]) {
      this.#run.coverage = forget(this.#run.coverage, open);
    }
    await this.#run.store.save(this.#run.coverage);
  }

  /** Drops what was not written. */
  async close(): Promise<void> {
    await this.#stage?.discard();
  }

  async #commit(to: Date): Promise<void> {
    const run = this.#run;
    const { askedAt, keepsUnlisted } = this.#writing;
    const window = { from: this.#from, to };
    const stage = (this.#stage ??= await run.store.stage());
    const coverage = this.#isProven ? prove(run.coverage, window, askedAt) : forget(run.coverage, window);
    const absent = !this.#isProven ? 'keep' : keepsUnlisted ? 'mark' : 'delete';
    const changes = await stage.commit({ window, absent, coverage, at: new Date(run.now()) });
    this.#stage = undefined;
    run.coverage = coverage;
    run.changes = sumOf(run.changes, changes);
    [this.#from, this.#staged, this.#isProven] = [to, 0, true];
  }
}

/** The windows that the reading has left open: they may hold more than those in which calls are known to be missing. */
function resumeWindows({ resume }: ReportsError): TimeWindow[] {
  return (resume?.windows ?? []).map(({ from, to }) => ({ from: new Date(from), to: new Date(to) }));
}

function sumOf(one: Changes, other: Changes): Changes {
  return {
    added: one.added + other.added,
    changed: one.changed + other.changed,
    deleted: one.deleted + other.deleted,
    unlisted: one.unlisted + other.unlisted,
  };
}
