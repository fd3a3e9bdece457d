import { type CallLogPage, IncompleteError, ReportsError, type TimeWindow } from '../../index.ts';
import { byWasSettled, type CoverageChange, prove, reopen } from './coverage.ts';
import type { Changes, Stage } from './store.ts';
import { report, type Run, saveCoverage } from './run.ts';

/** The result of reading a window. */
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

/**
 * Calls are written in transactions of about so many; a crash costs reading them again. DuckDB writes as many as these
 * straight to its tables, and fewer to its log first, which takes a sixth more of the processor.
 */
const callsPerTransaction = 125_000;

/** Reads a window and writes it to the store; a long one in several transactions. */
export async function readWindow(run: Run, window: TimeWindow): Promise<ReadResult> {
  let result: ReadResult = { found: 0, missing: undefined, readTo: window.to };
  // A call that was settled once and is no longer listed may have expired at the server, so it is kept.
  for (const part of byWasSettled(run.coverage, window)) {
    const keepsUnlisted = part.wasSettled && run.options.mirror !== true;
    const { found, missing } = await readPart(run, part, { keepsUnlisted });
    result = { ...result, found: result.found + found, missing: result.missing ?? missing };
  }
  return result;
}

/** Reads a window and writes it to the store. Its calls that are gone are treated alike. */
export async function readPart(run: Run, window: TimeWindow, options: ReadOptions): Promise<ReadResult> {
  const { client, acceptRejected = false, signal } = run.options;
  const askedAt = new Date(run.now());
  const { from, to } = window;
  const list = client.callLogs.list({ from, to, pageSize: run.pageSize, acceptRejected, signal });
  const writer = new Writer(run, { ...options, window, askedAt });
  let missing: IncompleteError | undefined;
  let readTo = to;
  try {
    readTo = (await writePages(run, list.pages(), writer, options)) ?? to;
    await writer.end(readTo);
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
  return { found: rejected.reduce((sum, { count }) => sum + count, calls), missing, readTo };
}

/** Writes pages until there are no more, or the time is up: then it returns the end of the last one. */
async function writePages(
  run: Run,
  pages: AsyncIterable<CallLogPage>,
  writer: Writer,
  { isTimeUp = () => false }: ReadOptions,
): Promise<Date | undefined> {
  for await (const page of pages) {
    await writer.write(page);
    run.callsRead += page.calls.length;
    report(run, 'reading');
    if (page.endsWindow && isTimeUp()) return page.window.to;
  }
  return undefined;
}

interface Writing extends ReadOptions {
  readonly window: TimeWindow;
  /** The time at which the reading began; windows are proven as of then. */
  readonly askedAt: Date;
}

/** Writes the pages of a window, in as few transactions as memory and patience allow, while the next ones are read. */
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
  /** The transaction under way. Whoever begins the next one, or ends, waits for it and meets its error. */
  #transaction: Promise<void> = Promise.resolve();

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
    const isEnough = this.#writing.atOnce !== true && this.#staged >= callsPerTransaction;
    if (this.#to !== undefined && isEnough) await this.#begin(this.#to);
  }

  /** Writes what is left of a window that was read until then. */
  async end(to: Date): Promise<void> {
    await this.#begin(to);
    await this.#transaction;
  }

  /** Writes the calls that were read before an error. The windows that the error leaves open are not proven. */
  async endEarly(error: ReportsError): Promise<void> {
    const { window } = this.#writing;
    const open = error instanceof IncompleteError ? [...error.windows, ...resumeWindows(error)] : [];
    const reopenAll: CoverageChange = (coverage) => open.reduce(reopen, coverage);
    this.#isProven &&= this.#to !== undefined && !(error instanceof IncompleteError);
    const hasCalls = this.#staged > 0;
    if (hasCalls) await this.#begin(this.#to ?? window.to, reopenAll);
    await this.#transaction;
    if (!hasCalls && open.length > 0) {
      await saveCoverage(this.#run, reopenAll, (change) => this.#run.store.save(change));
    }
  }

  /** Drops what was not written. */
  async close(): Promise<void> {
    await this.#transaction.catch(() => undefined);
    await this.#stage?.discard();
  }

  /** Begins to write the stage, once the transaction before has ended. */
  async #begin(to: Date, andThen: CoverageChange = (coverage) => coverage): Promise<void> {
    await this.#transaction;
    const stage = this.#stage ?? (await this.#run.store.stage());
    const window = { from: this.#from, to };
    this.#transaction = this.#commit(stage, window, this.#isProven, andThen);
    // The error is met where the transaction is awaited.
    this.#transaction.catch(() => undefined);
    this.#stage = undefined;
    [this.#from, this.#staged, this.#isProven] = [to, 0, true];
  }

  async #commit(stage: Stage, window: TimeWindow, isProven: boolean, andThen: CoverageChange): Promise<void> {
    const run = this.#run;
    const { askedAt, keepsUnlisted } = this.#writing;
    const absent = !isProven ? 'keep' : keepsUnlisted ? 'mark' : 'delete';
    const changes = await saveCoverage(
      run,
      (current) => andThen(isProven ? prove(current, window, askedAt) : reopen(current, window)),
      (coverage) => stage.commit({ window, absent, coverage, at: new Date(run.now()) }),
    );
    run.changes = sumOf(run.changes, changes);
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
