import type { EventHandlers, WarningEvent } from '../../core/events.ts';
import type { Voice } from './voice.ts';
import { duration } from './words.ts';

/** What a run has done so far. */
export interface RunCounts {
  /** Requests for calls, each attempt counted. */
  requests: number;
  /** How many of them repeated a failed one. */
  retries: number;
  /** Logins made; none where a stored token was still good. */
  logins: number;
}

/** Keeps count of a run, and says at once what people should hear of. */
export interface RunLog {
  readonly counts: RunCounts;
  readonly warnings: readonly string[];
  /** For the client's option `on`. */
  readonly handlers: EventHandlers;
  warn(message: string): void;
  elapsedMs(): number;
}

/** A wait that a person at the terminal would wonder about. */
const longWaitMs = 5_000;

export function createRunLog(voice: Voice, now: () => Date): RunLog {
  const startedAtMs = now().getTime();
  const counts: RunCounts = { requests: 0, retries: 0, logins: 0 };
  const warnings: string[] = [];

  function warn(message: string): void {
    warnings.push(message);
    voice.warn(message);
  }

  const handlers: EventHandlers = {
    request: () => {
      counts.requests += 1;
    },
    retry: ({ reason, delayMs }) => {
      counts.retries += 1;
      if (delayMs >= longWaitMs) voice.warn(`Waiting ${duration(delayMs)} before trying again (${reason}).`);
    },
    token: ({ source }) => {
      if (source === 'login') counts.logins += 1;
    },
    warning: onceForTokenStore(({ message }) => {
      warn(message);
    }),
  };
  return { counts, warnings, handlers, warn, elapsedMs: () => now().getTime() - startedAtMs };
}

/** A store that fails does so at every step; once is enough to know. */
function onceForTokenStore(listener: (event: WarningEvent) => void): (event: WarningEvent) => void {
  let failed = false;
  return (event) => {
    const repeated = event.code === 'token-store' && failed;
    failed ||= event.code === 'token-store';
    if (!repeated) listener(event);
  };
}
