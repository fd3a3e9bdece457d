import { check, SandboxConfigurationError } from './checks.ts';
import { switchChecks, type SandboxSwitches } from './switches.ts';

const MINUTE_MS = 60_000;

/** The latency measured live (fact 19). The tail may be longer. */
const measuredLatency = { medianMs: 8 * MINUTE_MS, ninetiethPercentileMs: 10 * MINUTE_MS, worstMs: 13 * MINUTE_MS };

/** The API as the newest documents describe it, without faults and without latency. */
const gentle: SandboxSwitches = {
  pageCountKey: 'total_pages',
  totalItems: 'exact',
  totalCap: 10_000,
  largestPageSize: 10_000,
  embeddedWhenEmpty: 'empty-list',
  defaultOrder: 'asc',
  order: 'honoured',
  ignoredParameters: [],
  lowerBound: 'inclusive',
  upperBound: 'inclusive',
  boundRounding: 'none',
  startPrecision: 'second',
  tieOrder: 'stable',
  tieRun: 0,
  lateCalls: 0,
  lateCallEveryPages: 1,
  appearanceLatency: null,
  laggingReplica: null,
  repeatedRows: 0,
  unplaceableRows: {},
  hostileText: false,
  requestsPerSecond: 0,
  parallelRequests: 0,
  throttleFault: 'throttled',
  pageCostMs: 0,
  largestOffset: 0,
  beyondLargestOffset: 'refused',
  faultChances: {},
  stallMs: 30_000,
  faultShape: 'wrapped',
  xmlFaults: 'unless-json-accepted',
  officeTimeZone: 'America/New_York',
  apiTimeZone: 'UTC',
  reportsTokenAgeMs: 0,
  reportsTokenUses: 0,
  repeatedLogin: 'new-token',
  racingRefresh: 'refused',
  clientAuthentication: 'either',
  failedLoginsUntilLock: 5,
  lockWording: 'user-locked',
  subscribed: true,
  administrator: true,
};

/**
 * Everything at once that a correct client can cope with. Times stay in UTC, the user keeps access and totals stay
 * exact, since no client can work around a wrong zone, a missing role or a total that counts something else.
 */
const hostile: SandboxSwitches = {
  ...gentle,
  pageCountKey: 'neither',
  largestPageSize: 500,
  embeddedWhenEmpty: 'absent',
  defaultOrder: 'desc',
  order: 'ignored',
  tieOrder: 'unstable',
  tieRun: 40,
  lateCalls: 0.002,
  lateCallEveryPages: 3,
  appearanceLatency: measuredLatency,
  hostileText: true,
  requestsPerSecond: 50,
  parallelRequests: 6,
  throttleFault: 'throttled-flat',
  pageCostMs: 1,
  largestOffset: 10_000,
  faultChances: {
    throttled: 0.01,
    'throttled-under-200': 0.01,
    'fault-under-200': 0.01,
    'backend-down': 0.01,
    'unavailable-html': 0.01,
    reset: 0.01,
    'cut-body': 0.01,
    'malformed-body': 0.01,
    stall: 0.002,
  },
  stallMs: 5_000,
  faultShape: 'flat',
  reportsTokenAgeMs: 10 * MINUTE_MS,
  reportsTokenUses: 50,
  racingRefresh: 'server-error',
  clientAuthentication: 'form',
  lockWording: 'no-code',
};

/** The named sets of switches. */
export const profiles = { gentle, hostile } as const;

/** The name of a profile. */
export type ProfileName = keyof typeof profiles;

/** Applies switches to a profile. Throws a SandboxConfigurationError that names the invalid profile or switch. */
export function resolveSwitches(profile: ProfileName, changes: Partial<SandboxSwitches>): SandboxSwitches {
  if (!Object.hasOwn(profiles, profile)) {
    const names = Object.keys(profiles).join(' or ');
    throw new SandboxConfigurationError(`Unknown profile "${profile}": choose ${names}.`);
  }
  const given = Object.entries(changes).filter(([, value]: [string, unknown]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(switchChecks, name)) {
      throw new SandboxConfigurationError(`Unknown switch "${name}": docs/sandbox.md lists them all.`);
    }
    check(name, value, switchChecks[name as keyof SandboxSwitches]);
  }
  return { ...profiles[profile], ...Object.fromEntries(given) };
}
