import { anInteger } from '../core/checks.ts';

/** Throws a `ConfigurationError` for what is no number of calls; undefined means all of them. */
export function requireLimit(limit: unknown): void {
  anInteger({ from: 1, to: Number.MAX_SAFE_INTEGER })('limit', limit);
}
