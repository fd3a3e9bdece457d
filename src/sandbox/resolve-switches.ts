import { SandboxConfigurationError } from './configuration-error.ts';
import { faultNames } from './faults/fault.ts';
import type { FaultRule } from './faults/fault.ts';
import { profiles } from './profiles.ts';
import type { ProfileName } from './profiles.ts';
import type { SandboxSwitches } from './switches.ts';

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown) => string | undefined;

const oneOf = (...choices: readonly unknown[]): Check => {
  return (value) => (choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`);
};
const wholeFrom = (least: number): Check => {
  return (value) =>
    Number.isInteger(value) && Number(value) >= least ? undefined : `must be a whole number from ${least}`;
};
const chance: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'must be a number from 0 to 1';
const zeroOrMore: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < Infinity ? undefined : 'must be a number from 0';

const checks: Readonly<Record<keyof SandboxSwitches, Check>> = {
  pageCountKey: oneOf('total_pages', 'total_page', 'both', 'neither'),
  largestPageSize: wholeFrom(1),
  embeddedWhenEmpty: oneOf('empty-list', 'absent'),
  defaultOrder: oneOf('asc', 'desc'),
  order: oneOf('honoured', 'ignored', 'refused'),
  tieOrder: oneOf('stable', 'unstable'),
  tieRun: wholeFrom(0),
  lateCalls: chance,
  lateCallEveryPages: wholeFrom(1),
  appearanceLatency: latency,
  requestsPerSecond: wholeFrom(0),
  parallelRequests: wholeFrom(0),
  throttleFault: oneOf(...faultNames),
  pageCostMs: zeroOrMore,
  largestOffset: wholeFrom(0),
  beyondLargestOffset: oneOf('refused', 'empty'),
  faultChances,
  stallMs: zeroOrMore,
  faultShape: oneOf('wrapped', 'flat'),
  xmlFaults: oneOf('unless-json-accepted', 'always', 'never'),
  officeTimeZone: timeZone,
  apiTimeZone: timeZone,
  reportsTokenAgeMs: zeroOrMore,
  reportsTokenUses: wholeFrom(0),
  repeatedLogin: oneOf('new-token', 'same-token'),
  racingRefresh: oneOf('refused', 'server-error'),
  clientAuthentication: oneOf('either', 'form', 'basic'),
  failedLoginsUntilLock: wholeFrom(1),
  lockWording: oneOf('user-locked', 'max-attempts', 'pre-authentication', 'no-code'),
  subscribed: oneOf(true, false),
  administrator: oneOf(true, false),
};

/** A profile with its differences; throws a SandboxConfigurationError that names the profile or switch that is wrong. */
export function resolveSwitches(profile: ProfileName, differences: Partial<SandboxSwitches>): SandboxSwitches {
  if (!Object.hasOwn(profiles, profile)) {
    const names = Object.keys(profiles).join(' and ');
    throw new SandboxConfigurationError(`There is no profile "${profile}"; there are ${names}.`);
  }
  const given = Object.entries(differences).filter(([, value]: [string, unknown]) => value !== undefined);
  for (const [name, value] of given) checkSwitch(name, value);
  return { ...profiles[profile], ...Object.fromEntries(given) };
}

/** Throws a SandboxConfigurationError for a rule that names no fault or a chance out of range. */
export function checkFaultRule({ fault, probability }: FaultRule): void {
  const problem = oneOf(...faultNames)(fault);
  if (problem !== undefined) throw new SandboxConfigurationError(`A fault ${problem}, not "${fault}".`);
  const outOfRange = probability === undefined ? undefined : chance(probability);
  if (outOfRange !== undefined) throw new SandboxConfigurationError(`The probability of ${fault} ${outOfRange}.`);
}

function checkSwitch(name: string, value: unknown): void {
  const check = Object.hasOwn(checks, name) ? checks[name as keyof SandboxSwitches] : undefined;
  if (check === undefined)
    throw new SandboxConfigurationError(`There is no switch "${name}"; docs/sandbox.md lists them.`);
  const problem = check(value);
  if (problem !== undefined) throw new SandboxConfigurationError(`${name} ${problem}, not ${JSON.stringify(value)}.`);
}

function timeZone(value: unknown): string | undefined {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: String(value) });
    return undefined;
  } catch {
    return 'must be an IANA time zone, such as America/New_York';
  }
}

function latency(value: unknown): string | undefined {
  if (value === null) return undefined;
  const { medianMs, ninetiethPercentileMs, worstMs } = Object(value) as Record<string, unknown>;
  const steps = [0, medianMs, ninetiethPercentileMs, worstMs].map(Number);
  const isAscending = steps.every((step, place) => step >= (steps[place - 1] ?? 0));
  return isAscending ? undefined : 'must be null or ascending medianMs, ninetiethPercentileMs and worstMs';
}

function faultChances(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'must be an object of faults and their chances';
  const entries: [string, unknown][] = Object.entries(value);
  const unknown = entries.find(([name]) => !(faultNames as readonly string[]).includes(name));
  if (unknown !== undefined) return `has no fault "${unknown[0]}"`;
  return entries.map(([, share]) => chance(share)).find((problem) => problem !== undefined);
}
