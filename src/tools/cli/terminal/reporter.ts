import process from 'node:process';
import picocolors from 'picocolors';
import type { Clock, FetchLike } from '../../../index.ts';
import { type CliStream, createProgress, type Progress, silentProgress } from './progress.ts';
import { printable, printableJson } from './text.ts';

/** The environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that connects the command line with the outside. */
export interface CliIo {
  readonly env: Environment;
  /** Rows, `--json` and help. */
  readonly stdout: CliStream;
  /** Standard output was closed when the program started: what is written is lost without an error. Default: false. */
  readonly stdoutClosed?: boolean;
  /** Progress, warnings, summaries for people, errors. */
  readonly stderr: CliStream;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Waits, and rejects as soon as the signal is aborted. Default: the platform's timer. */
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** Default: the platform's. */
  readonly fetch?: FetchLike;
  /** The client's waits, but for a sandbox in the place of an account. Default: the platform's timers. */
  readonly clock?: Clock;
}

/** The output flags that every command has. */
export interface ReporterOptions {
  /** Print nothing but errors. */
  readonly quiet?: boolean | undefined;
  /** Programs read the outcome as JSON. */
  readonly json?: boolean | undefined;
  /** Show each request. */
  readonly verbose?: boolean | undefined;
  /** Standard output carries the rows; JSON then goes to standard error, which must hold nothing else. */
  readonly rowsOnStdout?: boolean | undefined;
}

/** Writes everything that a command prints, each kind to its stream. Untrusted text is escaped. */
export interface Reporter {
  readonly progress: Progress;
  /** Prints text of our own, such as a summary; it ends with a line break. */
  say(text: string): void;
  /** Prints a line with `--verbose` only. */
  detail(message: string): void;
  warn(message: string): void;
  /** Prints an error; the only kind that `--quiet` lets through. */
  error(message: string): void;
  /** Prints what to do about the error. */
  advise(message: string): void;
  /** Prints one line of JSON, with `--json` only. */
  json(outcome: unknown): void;
}

export function createReporter(options: ReporterOptions, { stdout, stderr, env }: CliIo): Reporter {
  const { quiet = false, json = false, verbose = false, rowsOnStdout = false } = options;
  const colours = picocolors.createColors(wantsColours(stderr, env));
  const jsonStream = rowsOnStdout ? stderr : stdout;
  const forPeople = !(json && rowsOnStdout);
  // Rows that scroll over the terminal show how far the run is, and a bar would end up among them.
  const rowsOnTerminal = rowsOnStdout && stdout.isTTY === true;
  const silent = quiet || !forPeople || rowsOnTerminal;
  const abilities = { redraws: stderr.isTTY === true && env.TERM !== 'dumb', unicode: showsUnicode(env) };
  const progress = silent ? silentProgress : createProgress(stderr, abilities);

  function line(text: string): void {
    progress.clear();
    stderr.write(`${text}\n`);
  }

  return {
    progress,
    say(text) {
      progress.clear();
      if (forPeople && !quiet) stderr.write(text);
    },
    detail(message) {
      if (forPeople && !quiet && verbose) line(printable(message));
    },
    warn(message) {
      if (forPeople && !quiet) line(`${colours.yellow('warning:')} ${printable(message)}`);
    },
    error(message) {
      if (forPeople) line(`${colours.red('error:')} ${printable(message)}`);
    },
    advise(message) {
      if (forPeople) line(printable(message));
    },
    json(outcome) {
      if (json) jsonStream.write(`${printableJson(outcome)}\n`);
    },
  };
}

/** Follows the conventions of no-color.org; `TERM=dumb` is a terminal that can do nothing. */
export function wantsColours(stream: CliStream, env: Environment): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/**
 * Returns whether the terminal can show characters beyond ASCII, judged by the locale, or on Windows by the terminal.
 */
export function showsUnicode(env: Environment, platform: string = process.platform): boolean {
  if (platform === 'win32') return Boolean(env.WT_SESSION) || env.TERM_PROGRAM === 'vscode';
  // The first that is set decides, as in POSIX; an empty one is not set.
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return /utf-?8/i.test(locale ?? '');
}
