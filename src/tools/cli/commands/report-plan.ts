import { type Command, Option } from 'commander';
import type { TimeWindow } from '../../../core/errors/index.ts';
import { callFileFormat } from '../../report/call-file.ts';
import { type PeopleOrder, peopleOrders } from '../../report/people.ts';
import { usageError } from '../failure.ts';
import { addFlags, type ConnectionFlags, connectionFlags, type OutputFlags, outputFlags, ValueFlag } from '../flags.ts';
import { namesRange, previousRange, rangeFlags, type RangeFlags, readRangeFlags } from '../range-flags.ts';
import type { StorePlace } from '../store-place.ts';
import type { Environment } from '../terminal/reporter.ts';
import { apiFlags, readStoreFlags, storeFlags, type StoreFlags } from './store-calls.ts';

/** The flags of `report`. */
export interface ReportFlags extends ConnectionFlags, RangeFlags, StoreFlags, OutputFlags {
  readonly in?: string;
  readonly out?: string;
  readonly force?: true;
  readonly title?: string;
  readonly compare?: 'previous';
  readonly sort?: PeopleOrder;
  readonly showNumbers?: true;
  readonly acceptRejected?: true;
}

export function addReportFlags(command: Command): Command {
  return addFlags(command, {
    ...rangeFlags(),
    'Source:': [
      ...storeFlags(),
      new ValueFlag(
        '--in <file>',
        'read an export, .csv or .ndjson (.gz too); without a range, all of its calls',
        'calls.ndjson',
      ).conflicts([...apiFlags, 'accountId', 'fromStore', 'onlyListed']),
      new Option('--accept-rejected', 'make the report even if rows had to be rejected'),
    ],
    'Report:': [
      new ValueFlag('--out <file>', 'HTML file to write; "-" is standard output', 'january.html'),
      new Option('--force', 'replace an existing file'),
      new ValueFlag(
        '--title <text>',
        'title of the page, such as the name of the company (default: none)',
        '"Example Ltd"',
      ),
      new ValueFlag('--compare <span>', 'compare with the span before: previous (default: none)', 'previous', {
        allowed: ['previous'],
      }),
      new ValueFlag('--sort <order>', `order of people: ${peopleOrders.join(', ')} (default: calls)`, 'missed', {
        allowed: peopleOrders,
      }),
      new Option('--show-numbers', 'show whole numbers of callers; by default, their last four digits'),
      ...outputFlags('print the figures as JSON on standard output; --out is then optional'),
    ],
    ...connectionFlags(),
  });
}

/** A report that can start: what was typed, checked without touching a file or the network. */
export interface ReportPlan {
  /** Undefined for every call of the file. */
  readonly range: TimeWindow | undefined;
  /** The span to compare with; undefined without a comparison. */
  readonly previous: TimeWindow | undefined;
  readonly timeZone: string;
  /** Sentences about local times that a clock change skips or repeats, and about an uneven comparison. */
  readonly notes: readonly string[];
  /** The file of calls; undefined for another source. */
  readonly input: string | undefined;
  /** The store of calls; without one and without a file, calls come from an account or the sandbox. */
  readonly store: StorePlace | undefined;
  /** The file to write, `-` for standard output; undefined for figures as JSON alone. */
  readonly out: string | undefined;
  readonly force: boolean;
}

/** Throws a `ConfigurationError` for flags that are missing, invalid or do not go together. */
export function planReport(flags: ReportFlags, env: Environment, now: Date): ReportPlan {
  const { in: input, force = false, tz: timeZone = 'UTC' } = flags;
  const out = requireOut(flags);
  requireInput(flags);
  const target = { timeZone, input, store: readStoreFlags(flags, env), out, force };
  if (input !== undefined && !namesRange(flags)) {
    return { range: undefined, previous: undefined, notes: [], ...target };
  }
  const named = readRangeFlags(flags, now);
  const previous = flags.compare === undefined ? undefined : previousRange(flags, named);
  const uneven =
    previous !== undefined && named.range.to > now
      ? ['The range has not ended, so it is compared with a longer span: choose a range that has ended.']
      : [];
  return { range: named.range, previous, notes: [...named.notes, ...uneven], ...target };
}

function requireOut({ out, json }: ReportFlags): string | undefined {
  if (out === undefined) {
    if (json) return undefined;
    throw usageError('--out is missing', 'Name a file, such as --out january.html, or add --json for the figures.');
  }
  if (out === '-') {
    if (!json) return out;
    throw usageError('--json and --out - both write to standard output', 'Leave one of them out, or name a file.');
  }
  if (/^\/dev\/(stdout$|fd\/)/.test(out))
    throw usageError(`${out} is not a file`, 'For standard output, give --out -.');
  if (/\.html?$/i.test(out)) return out;
  throw usageError(
    `A report is an HTML file, and ${JSON.stringify(out)} does not end in .html`,
    'For the figures as JSON, use --json; for the calls themselves, use export.',
  );
}

function requireInput(flags: ReportFlags): void {
  const { in: input, compare } = flags;
  if (input === undefined) return;
  if (callFileFormat(input) === undefined) {
    throw usageError(
      `The ending of ${JSON.stringify(input)} does not say which format it has`,
      'Name a .csv or .ndjson file that export has written; it may also end in .gz.',
    );
  }
  if (compare !== undefined && !namesRange(flags)) {
    throw usageError('--compare needs a range', 'Add --month or another range that the file holds.');
  }
}
