import { draw, fraction } from '../chance.ts';
import { checkFaultRule } from '../resolve-switches.ts';

import type { Endpoint, FaultName, FaultRule, FaultScript } from './fault.ts';

interface LiveRule {
  readonly rule: FaultRule;
  /** Matching requests seen so far. */
  seen: number;
  /** Requests spoiled so far. */
  done: number;
}

export interface FaultDraw {
  readonly endpoint: Endpoint;
  readonly page: number | undefined;
}

const SCRIPT = 0x5000;
const CHANCE = 0x5100;

/** The script of a sandbox, and its chances: decides which fault, if any, a request meets. */
export class Faults implements FaultScript {
  readonly #scriptSeed: number;
  readonly #chanceSeed: number;
  readonly #chances: readonly (readonly [FaultName, number])[];
  #rules: LiveRule[] = [];
  #drawn = 0;

  constructor(seed: number, chances: Readonly<Partial<Record<FaultName, number>>>) {
    this.#scriptSeed = draw(seed, SCRIPT);
    this.#chanceSeed = draw(seed, CHANCE);
    this.#chances = Object.entries(chances) as [FaultName, number][];
  }

  add(...rules: FaultRule[]): void {
    for (const rule of rules) checkFaultRule(rule);
    this.#rules.push(...rules.map((rule) => ({ rule, seen: 0, done: 0 })));
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault for this request. Asking counts: the n-th request of a seed meets the same chances on every run. */
  next(request: FaultDraw): FaultName | undefined {
    this.#drawn += 1;
    const scripted = this.#rules.find((live) => this.#applies(live, request));
    if (scripted !== undefined) {
      scripted.done += 1;
      return scripted.rule.fault;
    }
    return request.endpoint === 'call-logs' ? this.#byChance() : undefined;
  }

  #applies(live: LiveRule, { endpoint, page }: FaultDraw): boolean {
    const { rule } = live;
    if (endpoint !== (rule.endpoint ?? 'call-logs') || (rule.page !== undefined && rule.page !== page)) return false;
    live.seen += 1;
    if (live.seen <= (rule.after ?? 0) || live.done >= (rule.times ?? 1)) return false;
    return rule.probability === undefined || fraction(this.#scriptSeed, this.#drawn) < rule.probability;
  }

  #byChance(): FaultName | undefined {
    let left = fraction(this.#chanceSeed, this.#drawn);
    for (const [fault, chance] of this.#chances) {
      if (left < chance) return fault;
      left -= chance;
    }
    return undefined;
  }
}
