import { SandboxConfigurationError } from './configuration-error.ts';
import type { SandboxCredentials, SandboxOptions, SandboxSettings } from './sandbox-options.ts';
import { checkFaultRule, resolveSwitches } from './resolve-switches.ts';

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

/** Fills in the defaults; throws a SandboxConfigurationError for the first thing that is wrong. */
export function resolveOptions(options: SandboxOptions): SandboxSettings {
  const now = options.now === undefined ? undefined : instant('now', options.now);
  const credentials = { ...defaultCredentials, ...options.credentials };
  if (!credentials.username.endsWith(REALM)) {
    throw new SandboxConfigurationError(`The sandbox's username must end in ${REALM}.`);
  }
  for (const rule of options.faults ?? []) checkFaultRule(rule);
  return {
    switches: resolveSwitches(options.profile ?? 'gentle', options.switches ?? {}),
    seed: wholeNumber('seed', options.seed ?? 1, 0, LARGEST_SEED),
    calls: options.calls === undefined ? undefined : wholeNumber('calls', options.calls, 0, LARGEST_CALL_COUNT),
    ...coveredRange(options, (now ?? new Date()).getUTCFullYear()),
    now,
    faults: options.faults ?? [],
    port: wholeNumber('port', options.port ?? 0, 0, LARGEST_PORT),
    host: options.host ?? '127.0.0.1',
    accountId: numericId(options.accountId ?? '913874'),
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

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SandboxConfigurationError(`${name} must be a whole number from ${least} to ${most}, not ${value}.`);
}

function numericId(accountId: string): string {
  if (/^[0-9]+$/.test(accountId)) return accountId;
  throw new SandboxConfigurationError(`accountId must be digits alone (fact 3), not "${accountId}".`);
}
