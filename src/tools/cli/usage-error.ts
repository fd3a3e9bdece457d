import { ConfigurationError } from '../../core/errors/index.ts';

/** Wrong usage of the command line: what is wrong, and what to do. */
export function usageError(summary: string, hint?: string): ConfigurationError {
  return new ConfigurationError(summary, hint === undefined ? undefined : { hint });
}
