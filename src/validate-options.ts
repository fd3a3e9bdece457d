import { validateAuth } from './auth/validate-auth.ts';
import { requireInteger, requireNumber, requireUrl } from './checks.ts';
import { ConfigurationError } from './errors/index.ts';
import { pageSizeBounds, type ClientOptions } from './options.ts';

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

/** Throws a `ConfigurationError` for the first option that can't be meant. Names the option, never a secret's value. */
export function validateOptions(options: ClientOptions): void {
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined) throw new ConfigurationError(`There is no option "${unknown}"`);

  validateAccountId(options.accountId);
  validateAuth(options.auth);
  requireUrl('baseUrl', options.baseUrl);
  requireUrl('tokenUrl', options.tokenUrl);
  requireNumber('timeoutMs', options.timeoutMs, { above: 0 });
  requireNumber('deadlineMs', options.deadlineMs, { above: 0 });
  requireNumber('requestsPerSecond', options.requestsPerSecond, { above: 0 });
  requireInteger('concurrency', options.concurrency, { from: 1, to: 100 });
  requireInteger('pageSize', options.pageSize, pageSizeBounds);
  requireInteger('retry.maxAttempts', options.retry?.maxAttempts, { from: 1, to: 100 });
  requireNumber('retry.maxRetryAfterMs', options.retry?.maxRetryAfterMs, { above: -1 });
}

/** Digits alone: a slash or `..` would reach another path, since openapi-fetch does not escape them all. */
function validateAccountId(accountId: unknown): void {
  if (typeof accountId === 'string' && /^\d+$/.test(accountId)) return;
  const hint = 'The account id is numeric, such as "913874"; the alias "self" does not work with this API.';
  throw new ConfigurationError('"accountId" is no account id', { hint });
}
