import type { CallRow } from './call-store.ts';
import type { SandboxClock } from './clock.ts';
import type { FaultScript } from './faults/fault.ts';
import type { SandboxCredentials } from './sandbox-options.ts';
import type { RequestRecord } from './request-log.ts';
import type { SandboxSwitches } from './switches.ts';

/** A running sandbox. Each has its own state; any number run side by side. */
export interface Sandbox {
  /** Such as `http://127.0.0.1:4010/t/vbc.prod/reports`; the same with `/v1` behind it works, too (fact 1). */
  readonly baseUrl: string;
  /** Such as `http://127.0.0.1:4010/token`; `/t/vbc.prod/oauth2/token` works, too (fact 2). */
  readonly tokenUrl: string;
  /** Where the authorization code grant starts; it consents at once. */
  readonly authorizeUrl: string;
  readonly accountId: string;
  readonly credentials: SandboxCredentials;
  /** What the profile and the given switches came to. */
  readonly switches: SandboxSwitches;
  /**
   * The truth: the calls that are listed now, by start, then id. `from` is inclusive, `to` exclusive; both on the start.
   * With `all`, also those still to be listed: in the future, within their latency, or held back.
   */
  calls(range?: { readonly from: Date; readonly to: Date }, options?: { readonly all?: boolean }): CallRow[];
  /** What was asked and done, the newest 100,000 requests. */
  readonly requests: readonly RequestRecord[];
  readonly clock: SandboxClock;
  readonly faults: FaultScript;
  /** Closes every connection; later calls do nothing. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
