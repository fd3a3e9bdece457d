import { check, SandboxConfigurationError, wholeNumber } from './checks.ts';
import type { FaultRule } from './http/faults.ts';
import type { RequestRecord } from './http/request.ts';
import { resolveSwitches, type ProfileName } from './profiles.ts';
import type { SandboxSwitches } from './switches.ts';

/** The credentials that the sandbox accepts. */
export interface SandboxCredentials {
  /** The id of the application. */
  readonly clientId: string;
  /** The secret of the application. */
  readonly clientSecret: string;
  /** Ends in `@vbc.prod` (fact 5). */
  readonly username: string;
  /** The user's password. */
  readonly password: string;
}

/** Everything that can be chosen at the start. The same choices give the same calls on every machine. */
export interface SandboxOptions {
  /** A named set of switches: `gentle` (the default) or `hostile`. */
  readonly profile?: ProfileName;
  /** Switches that differ from the profile's. */
  readonly switches?: Partial<SandboxSwitches>;
  /** The seed of all random draws: calls, faults, tie orders. A whole number below 2^32, 1 by default. */
  readonly seed?: number;
  /** The number of calls in the covered range, up to 20 million; by default 2,000 a month. */
  readonly calls?: number;
  /** The start of the covered range; by default 1 January of the year before the clock's. A string is read as UTC. */
  readonly from?: Date | string;
  /** The end of the covered range, exclusive; by default 1 January of the year after the clock's. */
  readonly to?: Date | string;
  /** The time at which the clock starts, ticking on from there; by default real time. */
  readonly now?: Date | string;
  /** Scripted faults; more can be added while the sandbox runs. */
  readonly faults?: readonly FaultRule[];
  /** The port to listen on; by default 0, a free one. */
  readonly port?: number;
  /** The address to listen on; by default `127.0.0.1`, which only this machine reaches. */
  readonly host?: string;
  /** The account's id, a string of digits; `913874` by default. */
  readonly accountId?: string;
  /** Credentials that differ from the defaults. */
  readonly credentials?: Partial<SandboxCredentials>;
  /** Called after each request with its record. */
  readonly onRequest?: (record: RequestRecord) => void;
}

/** The options with every default filled in. */
export interface SandboxSettings {
  readonly switches: SandboxSwitches;
  readonly seed: number;
  readonly calls: number | undefined;
  /** Seconds since 1970. */
  readonly fromSeconds: number;
  /** Seconds since 1970, exclusive. */
  readonly toSeconds: number;
  readonly now: Date | undefined;
  readonly faults: readonly FaultRule[];
  readonly port: number;
  readonly host: string;
  readonly accountId: string;
  readonly credentials: SandboxCredentials;
  readonly onRequest: ((record: RequestRecord) => void) | undefined;
}

const LARGEST_CALL_COUNT = 20_000_000;
const LARGEST_SEED = 0xffff_ffff;
const LARGEST_PORT = 65_535;
const REALM = '@vbc.prod';

const defaultCredentials: SandboxCredentials = {
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-secret',
  username: `jane@example.com${REALM}`,
  password: 'sandbox-password',
};

/** Fills in the defaults. Throws a SandboxConfigurationError for the first invalid option. */
export function resolveOptions(options: SandboxOptions): SandboxSettings {
  const now = options.now === undefined ? undefined : instant('now', options.now);
  const { calls, seed = 1, port = 0, accountId = '913874' } = options;
  const credentials = { ...defaultCredentials, ...options.credentials };
  check('seed', seed, wholeNumber(0, LARGEST_SEED));
  check('calls', calls ?? 0, wholeNumber(0, LARGEST_CALL_COUNT));
  check('port', port, wholeNumber(0, LARGEST_PORT));
  // An account called `self`, which sibling APIs accept, is refused (fact 3).
  check('accountId', accountId, (value) => (/^\d+$/.test(String(value)) ? undefined : 'must be a string of digits'));
  if (!credentials.username.endsWith(REALM)) {
    throw new SandboxConfigurationError(`credentials.username must end in ${REALM}.`);
  }
  return {
    switches: resolveSwitches(options.profile ?? 'gentle', options.switches ?? {}),
    seed,
    calls,
    ...coveredRange(options, (now ?? new Date()).getUTCFullYear()),
    now,
    faults: options.faults ?? [],
    port,
    host: options.host ?? '127.0.0.1',
    accountId,
    credentials,
    onRequest: options.onRequest,
  };
}

function coveredRange(options: SandboxOptions, year: number): { fromSeconds: number; toSeconds: number } {
  const from = instant('from', options.from ?? new Date(Date.UTC(year - 1, 0)));
  const to = instant('to', options.to ?? new Date(Date.UTC(year + 1, 0)));
  if (from >= to) throw new SandboxConfigurationError('The covered range must end after it starts: check from and to.');
  return { fromSeconds: Math.floor(from.getTime() / 1000), toSeconds: Math.ceil(to.getTime() / 1000) };
}

function instant(name: string, value: Date | string): Date {
  const hasZone = value instanceof Date || /^\d{4}-\d\d-\d\d$|Z$|[+-]\d\d:\d\d$/.test(value);
  const date = new Date(hasZone ? value : `${value}Z`);
  if (!Number.isNaN(date.getTime()) && date.getTime() >= 0) return date;
  throw new SandboxConfigurationError(`${name} must be a date, such as 2026-01-01, not "${String(value)}".`);
}
