import { type Command, Option } from 'commander';
import { resolveRange, type ResolvedRange } from '../../core/time/index.ts';
import { type PhraseProblem, writeInstead } from '../../core/time/phrase-problems.ts';
import {
  type PhraseInstant,
  type PhraseKind,
  type PhraseOptions,
  readInstant,
  readRange,
} from '../../core/time/range-phrases.ts';
import { usageError } from './failure.ts';
import type { ReporterOptions } from './terminal/reporter.ts';
import { grouped, listed } from './terminal/text.ts';

/** What the value of a flag must be. */
export interface ValueRule {
  /** A value that is right, for help and errors. */
  readonly example: string;
  readonly allowed?: readonly string[];
  readonly number?: NumberRule;
}

/** Bounds are inclusive; `above` is not. */
export type NumberRule =
  | { readonly whole: true; readonly from: number; readonly to: number }
  | { readonly whole: false; readonly above: number }
  | { readonly whole: false; readonly from: number };

/** A flag with one value, which may be given once. Parsing throws a `ConfigurationError` that says what was expected. */
export class ValueFlag extends Option {
  readonly example: string;

  constructor(flags: string, description: string, { example, allowed, number }: ValueRule) {
    super(flags, description);
    this.example = example;
    const name = this.long ?? flags;
    this.argParser((value: string, previous: unknown) => {
      // A flag where the value should be is taken for the value otherwise.
      if (value === '' || /^--[a-z]/.test(value)) throw missingValue(name, example);
      // The values may be phone numbers, and two different ones are no help.
      if (previous !== undefined) throw usageError(`${name} is given twice`, 'Give it once.');
      if (allowed) return requireAllowed(name, value, allowed);
      return number ? requireNumber(name, value, number) : value;
    });
  }
}

export function missingValue(name: string, example: string): Error {
  return usageError(`${name} needs a value, such as ${name} ${example}`);
}

function requireAllowed(name: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  const meant = allowed.find((each) => each.toLowerCase() === value.toLowerCase());
  const hint = meant === undefined ? undefined : `Did you mean ${name} ${meant}?`;
  throw usageError(`${name} is ${JSON.stringify(value)}, but must be ${listed(allowed, 'or')}`, hint);
}

function requireNumber(name: string, text: string, rule: NumberRule): number {
  const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (fits(value, rule)) return value;
  throw usageError(`${name} is ${JSON.stringify(text)}, but must be ${numberText(rule)}`);
}

function fits(value: number, rule: NumberRule): boolean {
  if ('above' in rule) return value > rule.above;
  return rule.whole ? Number.isInteger(value) && value >= rule.from && value <= rule.to : value >= rule.from;
}

function numberText(rule: NumberRule): string {
  if ('above' in rule) return `a number above ${rule.above}`;
  return rule.whole
    ? `a whole number from ${grouped(rule.from)} to ${grouped(rule.to)}`
    : `a number, ${rule.from} or above`;
}

/** The flags of every command that talks to the API. */
export interface ConnectionFlags {
  readonly sandbox?: true;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly username?: string;
  readonly baseUrl?: string;
  readonly tokenUrl?: string;
  readonly resetLogin?: true;
  readonly pageSize?: number;
  readonly concurrency?: number;
  readonly requestsPerSecond?: number;
  readonly timeout?: number;
  readonly maxWait?: number;
}

const accountFlags = ['accountId', 'clientId', 'username', 'baseUrl', 'tokenUrl', 'resetLogin'];

/** Adds the flags that say which account, and how to log in. */
export function addAccountFlags(command: Command): Command {
  return command
    .optionsGroup('Account:')
    .addOption(
      new Option('--sandbox', 'use made-up calls from a local test server; needs no account').conflicts(accountFlags),
    )
    .addOption(
      new ValueFlag('--account-id <id>', 'numeric account id (default: VBC_ACCOUNT_ID)', { example: '913874' }),
    )
    .addOption(
      new ValueFlag('--client-id <id>', 'client id of the application (default: VBC_CLIENT_ID)', {
        example: 'aBcDeF123',
      }),
    )
    .addOption(
      new ValueFlag('--username <name>', 'login of an account administrator (default: VBC_USERNAME)', {
        example: 'jane@example.com@vbc.prod',
      }),
    )
    .addOption(
      new ValueFlag(
        '--base-url <url>',
        'base URL of the API (default: VBC_BASE_URL, else https://api.vonage.com/t/vbc.prod/reports)',
        { example: 'https://api.vonage.com/t/vbc.prod/reports' },
      ),
    )
    .addOption(
      new ValueFlag('--token-url <url>', 'token URL (default: VBC_TOKEN_URL, else https://api.vonage.com/token)', {
        example: 'https://api.vonage.com/token',
      }),
    )
    .option('--reset-login', 'forget that a login was refused, and log in once more');
}

/** Adds the account flags, and those for how fast to read. */
export function addConnectionFlags(command: Command): Command {
  return addAccountFlags(command)
    .optionsGroup('Pace:')
    .addOption(pageSizeFlag('calls per request, 1 to 10,000 (default: 1,000)'))
    .addOption(
      new ValueFlag('--concurrency <requests>', 'requests at the same time, 1 to 100 (default: 4)', {
        example: '2',
        number: { whole: true, from: 1, to: 100 },
      }),
    )
    .addOption(
      new ValueFlag('--requests-per-second <number>', 'requests started per second (default: no limit)', {
        example: '5',
        number: { whole: false, above: 0 },
      }),
    )
    .addOption(
      new ValueFlag('--timeout <seconds>', 'longest time for one request, in seconds (default: 60)', {
        example: '120',
        number: { whole: false, above: 0 },
      }),
    )
    .addOption(
      new ValueFlag('--max-wait <seconds>', 'longest wait that the server may ask for, in seconds (default: 120)', {
        example: '600',
        number: { whole: false, from: 0 },
      }),
    );
}

export function pageSizeFlag(description: string): ValueFlag {
  return new ValueFlag('--page-size <calls>', description, {
    example: '500',
    number: { whole: true, from: 1, to: 10_000 },
  });
}

/** The output flags of every command; `json` says what is printed as JSON. */
export type OutputFlags = Pick<ReporterOptions, 'json' | 'quiet' | 'verbose'>;

export function addReporterFlags(command: Command, { json, verbose }: { json: string; verbose: string }): Command {
  return command.option('--json', json).option('--quiet', 'print nothing but errors').option('--verbose', verbose);
}

/** The flags that name a range, by the start of the calls. */
export interface RangeFlags {
  readonly day?: string;
  readonly last?: string;
  readonly week?: string;
  readonly month?: string;
  readonly quarter?: string;
  readonly from?: string;
  readonly to?: string;
  readonly tz?: string;
}

const periods = {
  day: { value: 'day', help: 'a whole day: today, yesterday or a date such as 2026-03-09', example: 'yesterday' },
  last: {
    value: 'span',
    help: 'hours, days or weeks up to now: a number with its unit such as 24h, 7d or 4w',
    example: '7d',
  },
  week: { value: 'week', help: 'a week from Monday to Sunday: this, last or a week such as 2026-W10', example: 'last' },
  month: { value: 'month', help: 'a whole month: this, last or a month such as 2026-03', example: 'last' },
  quarter: { value: 'quarter', help: 'a whole quarter: this, last or a quarter such as 2026-Q1', example: 'last' },
} as const;

const periodNames = ['day', 'last', 'week', 'month', 'quarter'] as const satisfies readonly PhraseKind[];

/** The flags that name a range, with two dashes. A command that is resumed with other bounds leaves them out. */
export const rangeFlagNames: readonly string[] = [...periodNames, 'from', 'to'].map((name) => `--${name}`);

export function addRangeFlags(command: Command): Command {
  command.optionsGroup('Range, by the start of the calls (one of these; --from goes with --to):');
  for (const name of periodNames) {
    const { value, help, example } = periods[name];
    command.addOption(new ValueFlag(`--${name} <${value}>`, help, { example }));
  }
  return command
    .addOption(
      new ValueFlag(
        '--from <time>',
        'first instant: now, today, yesterday, 2026-03-01, 2026-03-01T09:30 or with offset',
        {
          example: '2026-03-01',
        },
      ),
    )
    .addOption(new ValueFlag('--to <time>', 'first instant after the range, written like --from', { example: 'now' }))
    .addOption(
      new ValueFlag('--tz <zone>', 'time zone of days and times without an offset (default: UTC)', {
        example: 'America/New_York',
      }),
    );
}

/** The range that the flags name. */
export interface NamedRange {
  readonly range: ResolvedRange;
  readonly timeZone: string;
  /** Sentences about local times that a clock change skips or repeats. */
  readonly notes: readonly string[];
}

/** Throws a `ConfigurationError` unless the flags name one range that has begun. */
export function readRangeFlags(flags: RangeFlags, now: Date): NamedRange {
  const { tz: timeZone = 'UTC' } = flags;
  const given = [...periodNames, 'from' as const, 'to' as const].filter((name) => flags[name] !== undefined);
  const [first, second] = given;
  if (first === undefined) {
    throw usageError('The range is missing', 'Add --day, --last, --week, --month, --quarter, or --from and --to.');
  }
  if (second !== undefined && (first !== 'from' || second !== 'to')) {
    throw usageError(`--${first} and --${second} cannot be used together`, 'Name one range.');
  }
  const { notes, ...bounds } =
    first === 'from' || first === 'to' ? readBounds(flags, timeZone, now) : readPeriod(first, flags, timeZone, now);
  return { range: resolveRange({ ...bounds, timeZone }, now), timeZone, notes };
}

interface Bounds {
  readonly from: Date;
  readonly to: Date;
  readonly notes: readonly string[];
}

function readPeriod(name: (typeof periodNames)[number], flags: RangeFlags, timeZone: string, now: Date): Bounds {
  const text = flags[name] ?? '';
  const result = readRange(text, { kind: name, timeZone, now });
  if ('problem' in result) throw refusedPhrase(`--${name}`, result, periods[name].help.replace(/^.*: /, ''));
  // The library would call this bound --from.
  if (result.from >= now) {
    const summary = `--${name} ${JSON.stringify(text)} lies in the future: it is ${now.toISOString().slice(0, 19)}Z now`;
    throw usageError(summary, 'Give an earlier one, or set the clock of this computer if it is wrong.');
  }
  return result;
}

function readBounds({ from, to }: RangeFlags, timeZone: string, now: Date): Bounds {
  if (to === undefined) throw usageError('--to is missing', 'Add the first instant after the range, such as --to now.');
  if (from === undefined) throw usageError('--from is missing', 'Add the first instant of the range.');
  const first = readTimeFlag('--from', from, { timeZone, now });
  const end = readTimeFlag('--to', to, { timeZone, now });
  return { from: first.at, to: end.at, notes: [...first.notes, ...end.notes] };
}

/** Reads the value of a flag that names an instant. Throws a `ConfigurationError` that shows what was typed. */
export function readTimeFlag(name: string, text: string, options: PhraseOptions): PhraseInstant {
  const result = readInstant(text, options);
  if (!('problem' in result)) return result;
  const expected = 'now, today, yesterday, 2026-03-01, 2026-03-01T09:30 or 2026-03-01T09:30:00-05:00';
  throw refusedPhrase(name, result, expected);
}

function refusedPhrase(name: string, problem: PhraseProblem, expected: string): Error {
  return usageError(`${name} ${problem.problem}`, writeInstead(problem) ?? `Expected ${expected}.`);
}

export const settingsHelp = `
Settings come from flags, then from environment variables:
  VBC_ACCOUNT_ID, VBC_CLIENT_ID, VBC_CLIENT_SECRET, VBC_USERNAME, VBC_PASSWORD,
  or VBC_ACCESS_TOKEN in place of the last four; VBC_BASE_URL, VBC_TOKEN_URL.
  HTTPS_PROXY, HTTP_PROXY and NO_PROXY name a proxy; NODE_EXTRA_CA_CERTS names a
  file with further certificate authorities.
Secrets are never flags, because other users can see the flags of a process.

Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 access refused,
  4 incomplete, 130 interrupted.`;
