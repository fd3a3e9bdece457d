import { redact } from './redact.ts';

const maxDepth = 3;

/**
 * A copy of a foreign error that is safe to keep as a cause: its name, code and redacted message, and its own cause
 * likewise. A `fetch` may hang its whole request on the error it throws, with the token in the headers.
 */
export function safeCause(error: unknown, depth = 1): Error {
  if (!(error instanceof Error)) return new Error(redact(textOf(error)));
  const inner = error.cause === undefined || depth === maxDepth ? undefined : safeCause(error.cause, depth + 1);
  const copy = new Error(redact(error.message), inner === undefined ? undefined : { cause: inner });
  copy.name = error.name;
  if ('code' in error && typeof error.code === 'string') Object.assign(copy, { code: error.code });
  return copy;
}

/** Whatever was thrown, an object that makes no text included. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}
