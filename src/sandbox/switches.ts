import { queryParameters } from '../../generated/query-parameters.ts';

import { type Check, listOf, oneOf, share, sharesOf, timeZone, wholeNumber, zeroOrMore } from './checks.ts';
import { faultNames, type FaultName } from './http/faults.ts';

/** The time from a call's end to its listing, in milliseconds (fact 19). */
export interface AppearanceLatency {
  /** Half of the calls are listed by then. */
  readonly medianMs: number;
  /** Nine in ten calls are listed by then. */
  readonly ninetiethPercentileMs: number;
  /** Every call is listed by then. */
  readonly worstMs: number;
}

/** A second copy of the data that lags behind. */
export interface LaggingReplica {
  /** The number of the newest listed calls that it does not have yet. */
  readonly calls: number;
  /**
   * The share of pages, 0 to 1, that it serves, evenly spread. The first page comes from the fresh copy unless the
   * share is 1.
   */
  readonly share: number;
}

/** The defect of a row that cannot be placed: its start or its id. An `outside-start` is in 1970. */
export type UnplaceableRow = 'empty-start' | 'invalid-start' | 'outside-start' | 'null-id' | 'numeric-id';

/**
 * Every conflict and unknown of the API (docs/api-behaviour.md) as a choice, and faults of other APIs that a client
 * should survive. All values are plain data.
 */
export interface SandboxSwitches {
  /** The field in which a page gives the number of pages (fact 14). */
  readonly pageCountKey: 'total_pages' | 'total_page' | 'both' | 'neither';
  /**
   * What `total_items` counts: the calls of the query, the rows of the page, all calls of the account, or the calls of
   * the query up to `totalCap`; or it is absent. The page count and the links always follow the calls of the query.
   */
  readonly totalItems: 'exact' | 'page' | 'account' | 'capped' | 'absent';
  /** The highest total that is stated where `totalItems` is `capped`. */
  readonly totalCap: number;
  /** The largest page size that is honoured; a larger one is lowered silently (fact 13). */
  readonly largestPageSize: number;
  /** The shape of a page without rows: `_embedded` with an empty list, or no `_embedded` (fact 15). */
  readonly embeddedWhenEmpty: 'empty-list' | 'absent';
  /** The order by start where none is requested, or where `order` is ignored (fact 16). */
  readonly defaultOrder: 'asc' | 'desc';
  /** How the `order` parameter is treated (fact 16). */
  readonly order: 'honoured' | 'ignored' | 'refused';
  /** Query parameters that are ignored as if they were not sent; even a required one may then be missing. */
  readonly ignoredParameters: readonly string[];
  /** Whether `start:gte` and `end:gte` include the time they name (fact 18). */
  readonly lowerBound: 'inclusive' | 'exclusive';
  /** Whether `start:lte` and `end:lte` include the time they name (fact 18). */
  readonly upperBound: 'inclusive' | 'exclusive';
  /** Whether bounds are rounded down to the whole minute before they are compared. */
  readonly boundRounding: 'none' | 'minute';
  /** The precision in which starts are kept and compared with bounds. Rows show whole seconds either way. */
  readonly startPrecision: 'second' | 'millisecond';
  /** Whether calls of one second keep their order between two requests (fact 16). */
  readonly tieOrder: 'stable' | 'unstable';
  /** How many calls start in one second, once in 1,024 calls; 0 leaves the usual two to five. */
  readonly tieRun: number;
  /**
   * The share of calls, 0 to 1, that are held back at first and listed while a client pages through their range (fact
   * 17).
   */
  readonly lateCalls: number;
  /** How many pages pass before the next held-back call is listed. */
  readonly lateCallEveryPages: number;
  /** How long after its end a call is listed (fact 19); `null` lists it at once. */
  readonly appearanceLatency: AppearanceLatency | null;
  /** A lagging copy that serves some of the pages; `null` for none. */
  readonly laggingReplica: LaggingReplica | null;
  /** The share of pages, 0 to 1, on which the first row appears twice, one behind the other. */
  readonly repeatedRows: number;
  /**
   * The share of calls, 0 to 1, whose row has an unusable start or id, for each kind. `calls()` returns them intact.
   */
  readonly unplaceableRows: Readonly<Partial<Record<UnplaceableRow, number>>>;
  /** Whether some names and tags hold text that breaks careless programs: formulas, quotes, newlines, HTML, escapes. */
  readonly hostileText: boolean;
  /** Requests for call logs per second of real time before they are throttled; 0 for no limit. */
  readonly requestsPerSecond: number;
  /** Requests for call logs at once before they are throttled; 0 for no limit. */
  readonly parallelRequests: number;
  /** The response to a throttled request (facts 28 to 30). */
  readonly throttleFault: FaultName;
  /** Milliseconds that a page takes for each 1,000 rows before it; 0 for none. */
  readonly pageCostMs: number;
  /** The most rows that a page may skip; 0 for no limit (fact 20). */
  readonly largestOffset: number;
  /** The response to a page beyond the largest offset: 400, or an empty page. */
  readonly beyondLargestOffset: 'refused' | 'empty';
  /** The chance of each fault for each request for call logs, 0 to 1, drawn from the seed (fact 31). */
  readonly faultChances: Readonly<Partial<Record<FaultName, number>>>;
  /** Milliseconds for which a stalled response waits before the connection is reset. */
  readonly stallMs: number;
  /** The shape of JSON faults (fact 28). */
  readonly faultShape: 'wrapped' | 'flat';
  /** When faults come as XML: where `Accept` is not exactly `application/json`, always, or never (fact 28). */
  readonly xmlFaults: 'unless-json-accepted' | 'always' | 'never';
  /** The IANA zone whose office hours shape the calls. */
  readonly officeTimeZone: string;
  /** The IANA zone of the times in queries and rows: UTC by fact 18. */
  readonly apiTimeZone: string;
  /** The age in milliseconds from which Reports refuses a token that is still valid; 0 for never (fact 9). */
  readonly reportsTokenAgeMs: number;
  /** How many times Reports accepts a token before it refuses it; 0 for no limit (fact 9). */
  readonly reportsTokenUses: number;
  /** Whether a login returns a new token, or the user's token with what is left of its life (fact 10). */
  readonly repeatedLogin: 'new-token' | 'same-token';
  /** The response to a second use of a refresh token within a second: 400 `invalid_grant`, or 500 (fact 8). */
  readonly racingRefresh: 'refused' | 'server-error';
  /** How the token endpoint accepts client credentials (fact 2). */
  readonly clientAuthentication: 'either' | 'form' | 'basic';
  /** Failed logins after which the user is locked for 30 minutes (fact 11). */
  readonly failedLoginsUntilLock: number;
  /** The message that a locked user gets (fact 11). */
  readonly lockWording: 'user-locked' | 'max-attempts' | 'pre-authentication' | 'no-code';
  /** Whether the application is subscribed to the Reports API; otherwise 403, code 900908 (fact 29). */
  readonly subscribed: boolean;
  /** Whether the user is an account administrator; otherwise a bare 401 (fact 7). */
  readonly administrator: boolean;
}

const unplaceableRows: Readonly<Record<UnplaceableRow, true>> = {
  'empty-start': true,
  'invalid-start': true,
  'outside-start': true,
  'null-id': true,
  'numeric-id': true,
};

/** The check of each switch. */
export const switchChecks: Readonly<Record<keyof SandboxSwitches, Check>> = {
  pageCountKey: oneOf('total_pages', 'total_page', 'both', 'neither'),
  totalItems: oneOf('exact', 'page', 'account', 'capped', 'absent'),
  totalCap: wholeNumber(0),
  largestPageSize: wholeNumber(1),
  embeddedWhenEmpty: oneOf('empty-list', 'absent'),
  defaultOrder: oneOf('asc', 'desc'),
  order: oneOf('honoured', 'ignored', 'refused'),
  ignoredParameters: listOf(Object.keys(queryParameters)),
  lowerBound: oneOf('inclusive', 'exclusive'),
  upperBound: oneOf('inclusive', 'exclusive'),
  boundRounding: oneOf('none', 'minute'),
  startPrecision: oneOf('second', 'millisecond'),
  tieOrder: oneOf('stable', 'unstable'),
  tieRun: wholeNumber(0),
  lateCalls: share,
  lateCallEveryPages: wholeNumber(1),
  appearanceLatency: latency,
  laggingReplica: replica,
  repeatedRows: share,
  unplaceableRows: sharesOf('kind', Object.keys(unplaceableRows)),
  hostileText: oneOf(true, false),
  requestsPerSecond: wholeNumber(0),
  parallelRequests: wholeNumber(0),
  throttleFault: oneOf(...faultNames),
  pageCostMs: zeroOrMore,
  largestOffset: wholeNumber(0),
  beyondLargestOffset: oneOf('refused', 'empty'),
  faultChances: sharesOf('fault', faultNames),
  stallMs: zeroOrMore,
  faultShape: oneOf('wrapped', 'flat'),
  xmlFaults: oneOf('unless-json-accepted', 'always', 'never'),
  officeTimeZone: timeZone,
  apiTimeZone: timeZone,
  reportsTokenAgeMs: zeroOrMore,
  reportsTokenUses: wholeNumber(0),
  repeatedLogin: oneOf('new-token', 'same-token'),
  racingRefresh: oneOf('refused', 'server-error'),
  clientAuthentication: oneOf('either', 'form', 'basic'),
  failedLoginsUntilLock: wholeNumber(1),
  lockWording: oneOf('user-locked', 'max-attempts', 'pre-authentication', 'no-code'),
  subscribed: oneOf(true, false),
  administrator: oneOf(true, false),
};

function latency(value: unknown): string | undefined {
  if (value === null) return undefined;
  const { medianMs, ninetiethPercentileMs, worstMs } = Object(value) as Record<string, unknown>;
  const steps = [0, medianMs, ninetiethPercentileMs, worstMs].map(Number);
  const isAscending = steps.every((step, place) => step >= (steps[place - 1] ?? 0));
  return isAscending ? undefined : 'must be null or ascending medianMs, ninetiethPercentileMs and worstMs';
}

function replica(value: unknown): string | undefined {
  if (value === null) return undefined;
  const { calls, share: part } = Object(value) as Record<string, unknown>;
  const isValid = wholeNumber(0)(calls) === undefined && share(part) === undefined;
  return isValid ? undefined : 'must be null or a whole number of calls and a share from 0 to 1';
}
