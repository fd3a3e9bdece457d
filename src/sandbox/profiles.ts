import type { SandboxSwitches } from './switches.ts';

const MINUTE_MS = 60_000;

/** What was measured live (fact 19); the tail may be longer. */
const measuredLatency = { medianMs: 8 * MINUTE_MS, ninetiethPercentileMs: 10 * MINUTE_MS, worstMs: 13 * MINUTE_MS };

/** The API as the newest documents describe it: no faults, no latency. */
const gentle: SandboxSwitches = {
  pageCountKey: 'total_pages',
  largestPageSize: 10_000,
  embeddedWhenEmpty: 'empty-list',
  defaultOrder: 'asc',
  order: 'honoured',
  tieOrder: 'stable',
  tieRun: 0,
  lateCalls: 0,
  lateCallEveryPages: 1,
  appearanceLatency: null,
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
 * Everything at once that a client can still come through: the times stay UTC and the user keeps access, since no
 * client can read around a wrong zone or a missing role.
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
  xmlFaults: 'unless-json-accepted',
  reportsTokenAgeMs: 10 * MINUTE_MS,
  reportsTokenUses: 50,
  repeatedLogin: 'new-token',
  racingRefresh: 'server-error',
  clientAuthentication: 'form',
  lockWording: 'no-code',
};

export const profiles = { gentle, hostile } as const;

export type ProfileName = keyof typeof profiles;
