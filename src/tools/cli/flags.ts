import { type Command, Option } from 'commander';
import { usageError } from './failure.ts';
import type { ReporterOptions } from './terminal/reporter.ts';
import { grouped, listed } from './terminal/text.ts';

/** The rule for the value of a flag; without one, every string but an empty one is valid. */
interface ValueRule {
  readonly allowed?: readonly string[];
  readonly number?: NumberRule;
}

/** Bounds are inclusive, except `above`. */
type NumberRule =
  | { readonly whole: true; readonly from: number; readonly to: number }
  | { readonly whole: false; readonly above: number }
  | { readonly whole: false; readonly from: number };

/**
 * A flag with one value, which may be given once. Parsing throws a `ConfigurationError` that says what was expected.
 *
 * @param example a valid value, for errors
 */
export class ValueFlag extends Option {
  readonly example: string;

  constructor(flags: string, description: string, example: string, { allowed, number }: ValueRule = {}) {
    super(flags, description);
    this.example = example;
    const name = this.long ?? flags;
    this.argParser((value: string, previous: unknown) => {
      // Otherwise commander takes the next flag for the value.
      if (value === '' || /^--[a-z]/.test(value)) throw missingValue(name, example);
      // The message does not repeat the values, because they may be phone numbers.
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

/** Flags by the heading that they have in the help. */
export type FlagGroups = Readonly<Record<string, readonly Option[]>>;

export function addFlags(command: Command, groups: FlagGroups): Command {
  for (const [heading, flags] of Object.entries(groups)) {
    command.optionsGroup(heading);
    for (const flag of flags) command.addOption(flag);
  }
  return command;
}

/** The flags that name the account and its login. */
export function accountFlags(): FlagGroups {
  const [apiUrl, tokenUrl] = ['https://api.vonage.com/t/vbc.prod/reports', 'https://api.vonage.com/token'];
  const conflicts = ['accountId', 'clientId', 'username', 'baseUrl', 'tokenUrl', 'resetLogin'];
  return {
    'Account:': [
      new Option('--sandbox', 'use made-up calls from a local test server; needs no account').conflicts(conflicts),
      new ValueFlag('--account-id <id>', 'numeric account id (default: VBC_ACCOUNT_ID)', '913874'),
      new ValueFlag('--client-id <id>', 'client id of the application (default: VBC_CLIENT_ID)', 'aBcDeF123'),
      new ValueFlag(
        '--username <name>',
        'login of an account administrator (default: VBC_USERNAME)',
        'jane@example.com@vbc.prod',
      ),
      new ValueFlag('--base-url <url>', `base URL of the API (default: VBC_BASE_URL, else ${apiUrl})`, apiUrl),
      new ValueFlag('--token-url <url>', `token URL (default: VBC_TOKEN_URL, else ${tokenUrl})`, tokenUrl),
      new Option('--reset-login', 'forget that a login was refused, and log in once more'),
    ],
  };
}

/** The account flags and those for the pace. */
export function connectionFlags(): FlagGroups {
  const aboveZero = { number: { whole: false, above: 0 } } as const;
  return {
    ...accountFlags(),
    'Pace:': [
      pageSizeFlag('calls per request, 1 to 10,000 (default: 1,000)'),
      new ValueFlag('--concurrency <requests>', 'requests at the same time, 1 to 100 (default: 4)', '2', {
        number: { whole: true, from: 1, to: 100 },
      }),
      new ValueFlag(
        '--requests-per-second <number>',
        'requests started per second (default: no limit)',
        '5',
        aboveZero,
      ),
      new ValueFlag('--timeout <seconds>', 'longest time for one request, in seconds (default: 60)', '120', aboveZero),
      new ValueFlag(
        '--max-wait <seconds>',
        'longest wait that the server may ask for, in seconds (default: 120)',
        '600',
        { number: { whole: false, from: 0 } },
      ),
    ],
  };
}

export function pageSizeFlag(description: string): ValueFlag {
  return new ValueFlag('--page-size <calls>', description, '500', { number: { whole: true, from: 1, to: 10_000 } });
}

export function zoneFlag(description: string): ValueFlag {
  return new ValueFlag('--tz <zone>', description, 'America/New_York');
}

/** The flag of commands that need a PostgreSQL database. */
export function databaseFlag(): ValueFlag {
  const url = 'postgres://db.example.com/calls';
  return new ValueFlag('--to <database>', 'URL of the PostgreSQL database (default: VBC_STORE)', url);
}

export function accountsFileFlag(note = ''): Option {
  const description = `JSON file that lists accounts and where their credentials are${note}`;
  const conflicts = ['accountId', 'clientId', 'username'];
  return new ValueFlag('--accounts <file>', description, 'accounts.json').conflicts(conflicts);
}

export function parallelFlag(noun: 'accounts' | 'jobs', example: string): ValueFlag {
  return new ValueFlag(`--parallel <${noun}>`, `${noun} at the same time, 1 to 50 (default: 4)`, example, {
    number: { whole: true, from: 1, to: 50 },
  });
}

/** The output flags of every command. */
export type OutputFlags = Pick<ReporterOptions, 'json' | 'quiet' | 'verbose'>;

/** @param json says what is printed as JSON */
export function outputFlags(json: string, verbose = 'show each request: range, page, status, time'): readonly Option[] {
  return [
    new Option('--json', json),
    new Option('--quiet', 'print nothing but errors'),
    new Option('--verbose', verbose),
  ];
}

export const settingsHelp = `
Settings come from flags, then from environment variables:
  VBC_ACCOUNT_ID, VBC_CLIENT_ID, VBC_CLIENT_SECRET, VBC_USERNAME, VBC_PASSWORD,
  or VBC_ACCESS_TOKEN instead of the last four; VBC_BASE_URL, VBC_TOKEN_URL.
  HTTPS_PROXY, HTTP_PROXY and NO_PROXY name a proxy; NODE_EXTRA_CA_CERTS names a
  file with further certificate authorities.
Secrets are never flags, because other users can see the flags of a process.

Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 access refused,
  4 incomplete, 130 interrupted.`;
