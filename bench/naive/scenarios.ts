import type { SandboxOptions } from '../../src/sandbox.ts';

/** 12,000 calls of one month, seen from the next; under both names of the page count, so that every loop finds its own. */
const month = {
  calls: 12_000,
  from: '2026-03-01',
  to: '2026-04-01',
  now: '2026-04-02T00:00:00Z',
} as const;

function withSwitches(switches: SandboxOptions['switches'], rest: SandboxOptions = {}): SandboxOptions {
  return { ...month, ...rest, switches: { pageCountKey: 'both', ...switches } };
}

/** The things that the server may do, one per scenario. None of them breaks a rule of the API. */
export const scenarios = {
  'a calm day': withSwitches({}),
  'the page count is called `total_pages`': withSwitches({ pageCountKey: 'total_pages' }),
  'the page count is called `total_page`': withSwitches({ pageCountKey: 'total_page' }),
  'page sizes are lowered to 500': withSwitches({ largestPageSize: 500 }),
  'page 10 is a throttle fault under 200': withSwitches({}, { faults: [{ fault: 'throttled-under-200', page: 10 }] }),
  'ties have no fixed order': withSwitches({ tieOrder: 'unstable' }, { seed: 28 }),
  'calls are logged while paging': withSwitches({ lateCalls: 0.002 }),
  'a token is refused after three uses': withSwitches({ reportsTokenUses: 3 }),
  'one body is cut short': withSwitches({}, { faults: [{ fault: 'cut-body' }] }),
} as const satisfies Record<string, SandboxOptions>;

export type ScenarioName = keyof typeof scenarios;
