import { type CallLogPage, IncompleteError, ReportsError, type TimeWindow } from '../../index.ts';
import { bySettled, type CoverageChange, forget, prove } from './coverage.ts';
import type { Changes, Stage } from './store.ts';
import { report, type Run, saveCoverage } from './run.ts';

/** What reading a window came to. */
export interface ReadResult {
  /** Calls that were found, and rows that could not be used. */
  readonly found: number;
  /** Set if the server did not list all that it stated. */
  readonly missing: IncompleteError | undefined;
  /** The end of what was read: earlier than that of the window if the time was up. */
  readonly readTo: Date;
}

/** How a window is read. */
export interface ReadOptions {
  /** Marks calls that the server no longer lists, rather than deleting them. */
  readonly keepsUnlisted: boolean;
  /** Writes all in one transaction, however much it is. Default: false. */
  readonly atOnce?: boolean;
  /** Ends the reading early, where a part of the window has been read, once it returns true. Default: never. */
  readonly isTimeUp?: () => boolean;
}

/** Calls are written in transactions of about so many. A crash costs reading them again. */
const callsPerTransaction = 50_000;

/** Reads a window and writes it to the store; a long one in several transactions. */
export async function readWindow(run: Run, window: TimeWindow): Promise<ReadResult> {
  let result: ReadResult = { found: 0, missing: undefined, readTo: window.to };
  // What becomes of a call that is gone depends on whether its place was settled.
  for (const part of bySettled(run.before, window)) {
    const { found, missing } = await readPart(run, part, {
      keepsUnlisted: part.settled && run.options.mirror !== true,
    });
    result = { ...result, found: result.found + found, missing: result.missing ?? missing };
  }
  return result;
}

/** Reads a window that is settled as a whole or not at all, and writes it to the store. */
export async function readPart(run: Run, window: TimeWindow, options: ReadOptions): Promise<ReadResult> {
  const { client, acceptRejected = false, signal } = run.options;
  const askedAt = new Date(run.now());
  const { from, to } = window;
  const list = client.callLogs.list({ from, to, pageSize: run.pageSize, acceptRejected, signal });
  const writer = new Writer(run, { ...options, window, askedAt });
  let missing: IncompleteError | undefined;
  let end = to;
  try {
    end = await readPages(run, list, writer, options.isTimeUp);
    await writer.end(end);
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
  return { found: rejected.reduce((sum, { count }) => sum + count, calls), missing, readTo: end };
}

/** Returns the end of what was read: that of the window, unless the time was up before. */
async function readPages(
  run: Run,
  list: ReturnType<Run['options']['client']['callLogs']['list']>,
  writer: Writer,
  isTimeUp: () => boolean = () => false,
): Promise<Date> {
  for await (const page of list.pages()) {
    await writer.write(page);
    run.callsRead += page.calls.length;
    report(run, 'reading');
    if (page.endsWindow && isTimeUp()) return page.window.to;
  }
  return writer.window.to;
}

interface Writing extends ReadOptions {
  readonly window: TimeWindow;
  /** When the reading began: what is proven is proven as of then. */
  readonly askedAt: Date;
}

/** Writes the pages of a window, in as few transactions as memory and patience allow. */
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

  get window(): TimeWindow {
    return this.#writing.window;
  }

  async write({ calls, window, endsWindow, complete }: CallLogPage): Promise<void> {
    this.#stage ??= await this.#run.store.stage();
    await this.#stage.add(calls);
    this.#staged += calls.length;
    this.#isProven &&= complete;
    this.#to = endsWindow ? window.to : undefined;
    const isEnough = this.#writing.atOnce !== true && this.#staged >= callsPerTransaction;
    if (this.#to !== undefined && isEnough) await this.#commit(this.#to);
  }

  /** Writes what is left of a window that was read until then. */
  async end(to: Date): Promise<void> {
    await this.#commit(to);
  }

  /** Writes what was read of a window before an error. Nothing of it is proven where the error says so. */
  async endEarly(error: ReportsError): Promise<void> {
    const { window } = this.#writing;
    const open = error instanceof IncompleteError ? [...error.windows, ...resumeWindows(error)] : [];
    const forgetOpen: CoverageChange = (coverage) => open.reduce(forget, coverage);
    this.#isProven &&= this.#to !== undefined && !(error instanceof IncompleteError);
    if (this.#staged > 0) await this.#commit(this.#to ?? window.to, forgetOpen);
    else if (open.length > 0) {
      await saveCoverage(this.#run, forgetOpen, (change) => this.#run.store.save(change));
    }
  }

  /** Drops what was not written. */
  async close(): Promise<void> {
    await this.#stage?.discard();
  }

  async #commit(to: Date, andThen: CoverageChange = (coverage) => coverage): Promise<void> {
    const run = this.#run;
    const { askedAt, keepsUnlisted } = this.#writing;
    const window = { from: this.#from, to };
    const stage = (this.#stage ??= await run.store.stage());
    const isProven = this.#isProven;
    const absent = !isProven ? 'keep' : keepsUnlisted ? 'mark' : 'delete';
    const changes = await saveCoverage(
      run,
      (current) => andThen(isProven ? prove(current, window, askedAt) : forget(current, window)),
      (coverage) => stage.commit({ window, absent, coverage, at: new Date(run.now()) }),
    );
    this.#stage = undefined;
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
