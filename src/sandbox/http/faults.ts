import { draw, fraction } from '../calls/random.ts';
import { check, oneOf, share } from '../checks.ts';

/**
 * The faults that a request can meet (facts 9 and 28 to 31):
 *
 * - `throttled`: 429, code 900802, in the shape of the `faultShape` switch, `Retry-After` as an HTTP date
 * - `throttled-flat`: 429, code 900804, flat, `nextAccessTime` and no header
 * - `throttled-bare`: 429 that does not say when to try again
 * - `throttled-under-200`: 200 with the wrapped throttle instead of the page
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

/** The name of a fault that the sandbox can cause. */
export type FaultName = (typeof faultNames)[number];

/** The services of the sandbox. */
export type Endpoint = 'call-logs' | 'token' | 'authorize' | 'other';

/** One line of the fault script: a fault, the requests that it affects, and how often. */
export interface FaultRule {
  /** The fault that a matching request meets. */
  readonly fault: FaultName;
  /** The requests that it affects: `call-logs` by default. */
  readonly endpoint?: 'call-logs' | 'token';
  /** Only requests for this page, from 1; by default all pages. */
  readonly page?: number;
  /** The number of matching requests that pass first; 0 by default. */
  readonly after?: number;
  /** The number of requests that fail; 1 by default, `Infinity` for no limit. */
  readonly times?: number;
  /** The chance, 0 to 1, that a matching request fails, drawn from the seed; 1 by default. */
  readonly probability?: number;
}

/** The scripted faults of a sandbox. The first rule that applies wins. */
export interface FaultScript {
  /** Throws a SandboxConfigurationError for an unknown fault or a probability out of range. */
  add(...rules: FaultRule[]): void;
  /** Removes every rule. */
  clear(): void;
}

interface ScriptedRule {
  readonly rule: FaultRule;
  /** Matching requests so far. */
  seen: number;
  /** Failed requests so far. */
  done: number;
}

const SCRIPT = 0x5000;
const CHANCE = 0x5100;

/** Decides which fault, if any, a request meets: by the script first, then by the chances. */
export class Faults implements FaultScript {
  readonly #seed: number;
  readonly #chances: readonly (readonly [FaultName, number])[];
  #rules: ScriptedRule[] = [];
  #drawn = 0;

  constructor(seed: number, chances: Readonly<Partial<Record<FaultName, number>>>, rules: readonly FaultRule[]) {
    this.#seed = seed;
    this.#chances = Object.entries(chances) as [FaultName, number][];
    this.add(...rules);
  }

  add(...rules: FaultRule[]): void {
    for (const rule of rules) {
      check('fault', rule.fault, oneOf(...faultNames));
      check(`probability of ${rule.fault}`, rule.probability ?? 1, share);
    }
    this.#rules.push(...rules.map((rule) => ({ rule, seen: 0, done: 0 })));
  }

  clear(): void {
    this.#rules = [];
  }

  /**
   * Returns the fault for this request. Each call counts: the n-th request of a seed has the same chances in every
   * run.
   */
  next(request: { readonly endpoint: Endpoint; readonly page: number | undefined }): FaultName | undefined {
    this.#drawn += 1;
    const scripted = this.#rules.find((live) => this.#applies(live, request));
    if (scripted === undefined) return request.endpoint === 'call-logs' ? this.#byChance() : undefined;
    scripted.done += 1;
    return scripted.rule.fault;
  }

  #applies(live: ScriptedRule, { endpoint, page }: { endpoint: Endpoint; page: number | undefined }): boolean {
    const { rule } = live;
    if (endpoint !== (rule.endpoint ?? 'call-logs') || (rule.page !== undefined && rule.page !== page)) return false;
    live.seen += 1;
    if (live.seen <= (rule.after ?? 0) || live.done >= (rule.times ?? 1)) return false;
    return rule.probability === undefined || fraction(draw(this.#seed, SCRIPT), this.#drawn) < rule.probability;
  }

  #byChance(): FaultName | undefined {
    let left = fraction(draw(this.#seed, CHANCE), this.#drawn);
    for (const [fault, chance] of this.#chances) {
      if (left < chance) return fault;
      left -= chance;
    }
    return undefined;
  }
}
