import type { FaultName } from './faults/fault.ts';

/** How long after its end a call is listed, in milliseconds (fact 19). */
export interface AppearanceLatency {
  readonly medianMs: number;
  readonly ninetiethPercentileMs: number;
  readonly worstMs: number;
}

/** Every conflict and unknown of the API (docs/api-behaviour.md) as a choice. All values are plain data. */
export interface SandboxSwitches {
  /** Under which name a page says how many pages there are (fact 14). */
  readonly pageCountKey: 'total_pages' | 'total_page' | 'both' | 'neither';
  /** The largest page that is honoured; a larger `page_size` is lowered without a word (fact 13). */
  readonly largestPageSize: number;
  /** What stands on a page without rows: `_embedded` with an empty list, or no `_embedded` (fact 15). */
  readonly embeddedWhenEmpty: 'empty-list' | 'absent';
  /** The order by start where none is asked for, or where `order` is ignored (fact 16). */
  readonly defaultOrder: 'asc' | 'desc';
  /** What happens to the `order` parameter (fact 16). */
  readonly order: 'honoured' | 'ignored' | 'refused';
  /** Whether calls of one second keep their order between two requests (fact 16). */
  readonly tieOrder: 'stable' | 'unstable';
  /** How many calls start in one second, once in 1,024 calls; 0 leaves the usual two to five. */
  readonly tieRun: number;
  /** The share of calls, 0 to 1, held back at first and logged while somebody pages through their range (fact 17). */
  readonly lateCalls: number;
  /** One held-back call is logged after this many pages. */
  readonly lateCallEveryPages: number;
  /** How long after its end a call appears (fact 19); `null` is at once. */
  readonly appearanceLatency: AppearanceLatency | null;
  /** Requests for call logs per second of real time before they are throttled; 0 is no limit. */
  readonly requestsPerSecond: number;
  /** Requests for call logs at once before they are throttled; 0 is no limit. */
  readonly parallelRequests: number;
  /** What a throttled request gets (facts 28 to 30). */
  readonly throttleFault: FaultName;
  /** Milliseconds that a page takes for each 1,000 rows before it; 0 is none. */
  readonly pageCostMs: number;
  /** The most rows that may stand before a page; 0 is no limit (fact 20). */
  readonly largestOffset: number;
  /** What a page beyond the largest offset gets: 400, or an empty page. */
  readonly beyondLargestOffset: 'refused' | 'empty';
  /** The chance of each fault for each request for call logs, 0 to 1, drawn from the seed (fact 31). */
  readonly faultChances: Readonly<Partial<Record<FaultName, number>>>;
  /** How long a stalled answer stalls before the connection is reset. */
  readonly stallMs: number;
  /** How JSON faults look (fact 28). */
  readonly faultShape: 'wrapped' | 'flat';
  /** When faults come as XML: where `Accept` isn't exactly `application/json`, always, or never (fact 28). */
  readonly xmlFaults: 'unless-json-accepted' | 'always' | 'never';
  /** The IANA zone whose office hours shape the calls. */
  readonly officeTimeZone: string;
  /** The IANA zone of the times in queries and rows: UTC by fact 18. */
  readonly apiTimeZone: string;
  /** Age in milliseconds from which Reports refuses a token that is still valid; 0 is never (fact 9). */
  readonly reportsTokenAgeMs: number;
  /** How often Reports takes a token before it refuses it; 0 is without end (fact 9). */
  readonly reportsTokenUses: number;
  /** Whether a login returns a new token, or the user's token with what is left of its life (fact 10). */
  readonly repeatedLogin: 'new-token' | 'same-token';
  /** What a second use of a refresh token within a second gets: 400 `invalid_grant`, or 500 (fact 8). */
  readonly racingRefresh: 'refused' | 'server-error';
  /** How the token endpoint takes client credentials (fact 2). */
  readonly clientAuthentication: 'either' | 'form' | 'basic';
  /** Failed logins after which the user is locked for 30 minutes (fact 11). */
  readonly failedLoginsUntilLock: number;
  /** What a locked user is told (fact 11). */
  readonly lockWording: 'user-locked' | 'max-attempts' | 'pre-authentication' | 'no-code';
  /** Whether the application is subscribed to the Reports API; else 403, code 900908 (fact 29). */
  readonly subscribed: boolean;
  /** Whether the user is an account administrator; else a bare 401 (fact 7). */
  readonly administrator: boolean;
}
