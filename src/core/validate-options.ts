import { validateAuth } from './auth/validate-auth.ts';
import { pageSizeBounds } from '../call-logs/page-size-bounds.ts';
import {
  requireAccountId,
  requireFunction,
  requireInteger,
  requireMembers,
  requireMethods,
  requireNumber,
  requireSignal,
  requireUrl,
} from './checks.ts';
import { ConfigurationError } from './errors/index.ts';
import type { EventHandlers } from './events.ts';
import type { ClientOptions, RetryOptions } from './options.ts';

const known = new Set<string>([
  'accountId',
  'auth',
  'baseUrl',
  'clock',
  'concurrency',
  'deadlineMs',
  'fetch',
  'on',
  'pageSize',
  'random',
  'requestsPerSecond',
  'retry',
  'signal',
  'timeoutMs',
  'tokenStore',
  'tokenUrl',
  'userAgent',
] satisfies (keyof ClientOptions)[]);

const knownRetry = ['maxAttempts', 'maxRetryAfterMs'] satisfies (keyof RetryOptions)[];

const knownEvents = ['drift', 'page', 'request', 'retry', 'token', 'warning'] satisfies (keyof EventHandlers)[];

/** Throws a `ConfigurationError` for the first option that can't be meant. Names the option, never a secret's value. */
export function validateOptions(options: ClientOptions): void {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new ConfigurationError('The options must be an object');
  }
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined) throw new ConfigurationError(`There is no option "${unknown}"`);

  requireAccountId('accountId', options.accountId);
  validateAuth(options.auth);
  requireUrl('baseUrl', options.baseUrl);
  requireUrl('tokenUrl', options.tokenUrl);
  requireNumber('timeoutMs', options.timeoutMs, { above: 0 });
  requireNumber('deadlineMs', options.deadlineMs, { above: 0 });
  requireNumber('requestsPerSecond', options.requestsPerSecond, { above: 0 });
  requireInteger('concurrency', options.concurrency, { from: 1, to: 100 });
  requireInteger('pageSize', options.pageSize, pageSizeBounds);
  requireMembers('retry', options.retry, knownRetry);
  requireInteger('retry.maxAttempts', options.retry?.maxAttempts, { from: 1, to: 100 });
  requireNumber('retry.maxRetryAfterMs', options.retry?.maxRetryAfterMs, { above: -1 });
  validateUserAgent(options.userAgent);
  validateParts(options);
}

/** What is no plain value. */
function validateParts({ fetch, random, signal, clock, tokenStore, on }: ClientOptions): void {
  requireFunction('fetch', fetch);
  requireFunction('random', random);
  requireSignal('signal', signal);
  requireMethods('clock', clock, ['now', 'after']);
  requireMethods('tokenStore', tokenStore, ['read', 'write', 'withLock']);
  requireMembers('on', on, knownEvents);
  for (const name of knownEvents) requireFunction(`on.${name}`, on?.[name]);
}

/** A header's value; `fetch` would refuse another, and that would look like a failed connection. */
function validateUserAgent(userAgent: unknown): void {
  if (userAgent === undefined || (typeof userAgent === 'string' && /^[\x20-\x7e]+$/.test(userAgent))) return;
  throw new ConfigurationError('"userAgent" must be one line of ASCII');
}
