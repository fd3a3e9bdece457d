import type { FaultRule } from './faults/fault.ts';
import type { ProfileName } from './profiles.ts';
import type { RequestRecord } from './request-log.ts';
import type { SandboxSwitches } from './switches.ts';

export interface SandboxCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Ends in `@vbc.prod` (fact 5). */
  readonly username: string;
  readonly password: string;
}

/** Everything that can be chosen at start. The same choices give the same calls on every machine. */
export interface SandboxOptions {
  /** A named set of switches: `gentle` (the default) or `hostile`. */
  readonly profile?: ProfileName;
  /** Switches that differ from the profile's. */
  readonly switches?: Partial<SandboxSwitches>;
  /** What calls, faults and tie orders are drawn from; a whole number below 2^32, 1 by default. */
  readonly seed?: number;
  /** How many calls the covered range holds, up to 20 million; by default 2,000 a month. */
  readonly calls?: number;
  /** Start of the covered range; by default 1 January of the year before the clock's. A string is read as UTC. */
  readonly from?: Date | string;
  /** End of the covered range, exclusive; by default 1 January of the year after the clock's. */
  readonly to?: Date | string;
  /** Where the clock starts, ticking on from there; by default real time. */
  readonly now?: Date | string;
  /** Scripted faults; more can be added while it runs. */
  readonly faults?: readonly FaultRule[];
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** `127.0.0.1` by default: only this machine reaches the sandbox. */
  readonly host?: string;
  readonly accountId?: string;
  readonly credentials?: Partial<SandboxCredentials>;
  /** Called after each request, with what was done to it. */
  readonly onRequest?: (record: RequestRecord) => void;
}

/** The options with every default filled in; times in seconds since 1970. */
export interface SandboxSettings {
  readonly switches: SandboxSwitches;
  readonly seed: number;
  readonly calls: number | undefined;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly now: Date | undefined;
  readonly faults: readonly FaultRule[];
  readonly port: number;
  readonly host: string;
  readonly accountId: string;
  readonly credentials: SandboxCredentials;
  readonly onRequest: ((record: RequestRecord) => void) | undefined;
}
