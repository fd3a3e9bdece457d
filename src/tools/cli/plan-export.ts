import type { ListOptions } from '../../call-logs/list-options.ts';
import type { PhraseOptions, ResolvedRange } from '../../core/time/index.ts';
import type { ExportFlags } from './export-flags.ts';
import { usageError } from './failure.ts';
import { readRangeFlags, readTimeFlag } from './range-flags.ts';

/** An export that is worth starting: what was typed, checked as far as possible without touching anything. */
export interface ExportPlan {
  readonly range: ResolvedRange;
  readonly timeZone: string;
  /** Sentences about local times that a clock change skips or repeats. */
  readonly notes: readonly string[];
  readonly list: ListOptions;
  readonly format: 'csv' | 'ndjson';
  /** Undefined means standard output. */
  readonly file: string | undefined;
  readonly force: boolean;
  /** Whether to go on with a partial export of the file. */
  readonly resume: boolean;
  /** The zone of the additional columns, if they are wanted. */
  readonly localTimeZone: string | undefined;
  readonly neutraliseFormulas: boolean;
}

/** Throws a `ConfigurationError` for what cannot be meant. */
export function planExport(flags: ExportFlags, now: Date): ExportPlan {
  if (flags.localTimes && flags.tz === undefined) {
    throw usageError('--local-times needs a zone', 'Add --tz, such as --tz America/New_York.');
  }
  const { out } = flags;
  if (out === undefined || out === '') {
    const what = out === undefined ? '--out is missing' : '--out names no file';
    throw usageError(what, 'Name a file, such as --out calls.csv, or "-" for standard output.');
  }
  if (flags.resume && out === '-') {
    throw usageError(
      '--resume needs a file: of standard output nothing is kept',
      'Export what is missing with --from and --to.',
    );
  }
  const { range, timeZone, notes } = readRangeFlags(flags, now);
  return {
    range,
    timeZone,
    notes,
    list: { from: range.from, to: range.to, timeZone, ...filters(flags, { timeZone, now }) },
    format: flags.format ?? formatOf(out),
    file: out === '-' ? undefined : out,
    force: flags.force ?? false,
    resume: flags.resume ?? false,
    localTimeZone: flags.localTimes ? timeZone : undefined,
    neutraliseFormulas: !flags.keepFormulas,
  };
}

function filters(flags: ExportFlags, options: PhraseOptions): Omit<ListOptions, 'from' | 'to'> {
  return {
    // The library checks the value against the document.
    direction: flags.direction as ListOptions['direction'],
    fromNumber: flags.fromNumber,
    toNumber: flags.toNumber,
    sourceUser: flags.sourceUser,
    destinationUser: flags.destinationUser,
    endFrom: flags.endFrom === undefined ? undefined : readTimeFlag('--end-from', flags.endFrom, options).at,
    endTo: flags.endTo === undefined ? undefined : readTimeFlag('--end-to', flags.endTo, options).at,
  };
}

function formatOf(out: string): 'csv' | 'ndjson' {
  if (out === '-' || /\.csv$/i.test(out)) return 'csv';
  if (/\.(ndjson|jsonl)$/i.test(out)) return 'ndjson';
  throw usageError(
    `The ending of ${JSON.stringify(out)} does not say in which format`,
    'Name a .csv or .ndjson file, or add --format.',
  );
}
