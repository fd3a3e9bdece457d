import type { EventHandlers, RequestEvent, WarningEvent } from '../../../core/events.ts';
import { instantText } from '../../../core/time/index.ts';
import type { Reporter } from './reporter.ts';
import { duration } from './text.ts';

/** The counts of a run so far. */
export interface RunCounts {
  /** Requests for calls, each attempt counted. */
  requests: number;
  /** The number of them that repeated a failed one. */
  retries: number;
  /** Logins made; none if a stored token was still good. */
  logins: number;
}

/** Keeps count of a run, and reports at once what people should know. */
export interface RunLog {
  readonly counts: RunCounts;
  readonly warnings: readonly string[];
  /** For the client's option `on`. */
  readonly handlers: EventHandlers;
  readonly warn: (message: string) => void;
  readonly elapsedMs: () => number;
}

/** A wait that a person at the terminal would wonder about, in milliseconds. */
const longWaitMs = 5_000;

export function createRunLog(reporter: Reporter, now: () => Date): RunLog {
  const startedAtMs = now().getTime();
  const counts: RunCounts = { requests: 0, retries: 0, logins: 0 };
  const warnings: string[] = [];

  function warn(message: string): void {
    warnings.push(message);
    reporter.warn(message);
  }

  const handlers: EventHandlers = {
    request: (event) => {
      counts.requests += 1;
      reporter.detail(requestText(event));
    },
    retry: ({ reason, delayMs }) => {
      counts.retries += 1;
      if (delayMs >= longWaitMs) reporter.warn(`Waiting ${duration(delayMs)} before trying again (${reason}).`);
      else reporter.detail(`trying again in ${duration(delayMs)} (${reason})`);
    },
    token: ({ source }) => {
      if (source === 'login') counts.logins += 1;
      reporter.detail(`token: ${tokenTexts[source]}`);
    },
    warning: onceForTokenStore(({ message }) => {
      warn(message);
    }),
  };
  return { counts, warnings, handlers, warn, elapsedMs: () => now().getTime() - startedAtMs };
}

const tokenTexts = {
  login: 'one login was made',
  refresh: 'renewed with the refresh token',
  'authorization-code': 'from the authorization code',
  store: 'a stored one is still good',
  function: 'from the token function',
};

/** `GET /accounts/913874/call-logs 2026-03-01T00:00:00Z to 2026-03-02T00:00:00Z, page 2: 200 in 0.4 s`. */
function requestText({ request, window, page, attempt, status, failure, durationMs }: RequestEvent): string {
  const parts = [
    window === undefined ? request : `${request} ${instantText(window.from)} to ${instantText(window.to)}`,
    ...(page === undefined ? [] : [`page ${page}`]),
    ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
  ];
  const outcome = [status, failure].filter((part) => part !== undefined).join(' ');
  return `${parts.join(', ')}: ${outcome || 'no response'} in ${duration(durationMs)}`;
}

/** A store that fails does so at every step, so only the first failure is reported. */
function onceForTokenStore(listener: (event: WarningEvent) => void): (event: WarningEvent) => void {
  let failed = false;
  return (event) => {
    const repeated = event.code === 'token-store' && failed;
    failed ||= event.code === 'token-store';
    if (!repeated) listener(event);
  };
}
