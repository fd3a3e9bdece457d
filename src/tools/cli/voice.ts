import picocolors from 'picocolors';
import type { CliIo, CliStream } from './cli-io.ts';
import { printable } from './printable.ts';
import { createProgress, type Progress, silentProgress } from './progress.ts';

export interface VoiceOptions {
  /** Nothing but errors. */
  readonly quiet?: boolean | undefined;
  /** Whether programs read the outcome as JSON. */
  readonly json?: boolean | undefined;
  /** Whether standard output carries the rows; JSON then goes to standard error, which must hold nothing else. */
  readonly rowsOnStdout?: boolean | undefined;
}

/** Everything that a command says, each thing where it belongs. */
export interface Voice {
  readonly progress: Progress;
  /** Text of our own: summaries. */
  say(text: string): void;
  /** May quote others: what would act on a terminal is escaped. */
  warn(message: string): void;
  /** As `warn`; said even when quiet. */
  complain(message: string): void;
  /** What to do about it; goes with what was complained of. */
  advise(message: string): void;
  /** One line of JSON, if programs read the outcome. */
  json(outcome: unknown): void;
}

export function createVoice(options: VoiceOptions, { stdout, stderr, env }: CliIo): Voice {
  const { quiet = false, json = false, rowsOnStdout = false } = options;
  const colours = picocolors.createColors(wantsColours(stderr, env));
  const jsonStream = rowsOnStdout ? stderr : stdout;
  const forPeople = !(json && rowsOnStdout);
  // Rows that scroll over the terminal say themselves how far the run is, and a bar would end up among them.
  const rowsOnTerminal = rowsOnStdout && stdout.isTTY === true;
  const progress = quiet || !forPeople || rowsOnTerminal ? silentProgress : createProgress(stderr);

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
    warn(message) {
      if (forPeople && !quiet) line(`${colours.yellow('warning:')} ${printable(message)}`);
    },
    complain(message) {
      if (forPeople) line(`${colours.red('error:')} ${printable(message)}`);
    },
    advise(message) {
      if (forPeople) line(printable(message));
    },
    json(outcome) {
      if (json) jsonStream.write(`${JSON.stringify(outcome)}\n`);
    },
  };
}

/** The conventions of no-color.org and of terminals that can do nothing. */
export function wantsColours(stream: CliStream, env: CliIo['env']): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
