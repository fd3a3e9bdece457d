/**
 * What can be done to a request instead of answering it well (facts 9, 28 to 31):
 *
 * - `throttled`: 429, code 900802, in the shape of the `faultShape` switch, `Retry-After` as an HTTP date
 * - `throttled-flat`: 429, code 900804, flat, `nextAccessTime` and no header
 * - `throttled-bare`: 429 that doesn't say when to come back
 * - `throttled-under-200`: 200 with the wrapped throttle in place of the page
 * - `fault-under-200`: 200 with the code of a failing backend, flat
 * - `server-error`: 500, code 900900 · `backend-down`: 503, code 101503
 * - `unavailable-html`, `bad-gateway-html`, `gateway-timeout-html`: 503, 502, 504 of the edge, as HTML
 * - `invalid-token`: 401, code 900901 · `token-problem`: 401 "Problem with provided token" · `bare-unauthorized`: 401, empty
 * - `reset`: the connection is reset before anything is sent
 * - `cut-body`: the connection is reset in the middle of the body
 * - `malformed-body`: the body ends in the middle without a content length, so it only looks malformed
 * - `stall`: nothing is sent · `stalled-body`: half of the body is sent, then nothing; both reset after `stallMs`
 */
export const faultNames = [
  'throttled',
  'throttled-flat',
  'throttled-bare',
  'throttled-under-200',
  'fault-under-200',
  'server-error',
  'backend-down',
  'unavailable-html',
  'bad-gateway-html',
  'gateway-timeout-html',
  'invalid-token',
  'token-problem',
  'bare-unauthorized',
  'reset',
  'cut-body',
  'malformed-body',
  'stall',
  'stalled-body',
] as const;

export type FaultName = (typeof faultNames)[number];

export type Endpoint = 'call-logs' | 'token' | 'authorize' | 'other';

/** One line of the fault script: what to do, to which requests, how often. */
export interface FaultRule {
  readonly fault: FaultName;
  /** Which requests: those for call logs, unless told otherwise. */
  readonly endpoint?: 'call-logs' | 'token';
  /** Only requests for this page, from 1. */
  readonly page?: number;
  /** Lets this many matching requests through first; 0 by default. */
  readonly after?: number;
  /** How many requests it spoils; 1 by default, `Infinity` without end. */
  readonly times?: number;
  /** The chance that it spoils a matching request, 0 to 1, drawn from the seed; 1 by default. */
  readonly probability?: number;
}

/** The scripted faults of a sandbox; the first rule that applies wins. */
export interface FaultScript {
  add(...rules: FaultRule[]): void;
  clear(): void;
}
