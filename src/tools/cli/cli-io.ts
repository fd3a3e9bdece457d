import type { Writable } from 'node:stream';
import type { FetchLike } from '../../core/http/attempt.ts';

/** A stream as far as the command line needs to know it; `isTTY` and `columns` as Node's own have them. */
export type CliStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything the command line has to do with the outside. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Rows, `--json` and help. */
  readonly stdout: CliStream;
  /** Progress, warnings, summaries for people, errors. */
  readonly stderr: CliStream;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Default: the platform's. */
  readonly fetch?: FetchLike;
}
