import type { FaultName } from './fault.ts';

/** How an answer leaves the sandbox: whole, or broken on the way (fact 31). */
export type Delivery = 'whole' | 'reset' | 'cut-body' | 'malformed-body' | 'stall' | 'stalled-body';

/** What a request is answered with, before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** What was done, in words, for the log. */
  readonly outcome: string;
  readonly delivery?: Delivery;
  readonly fault?: FaultName;
  readonly rows?: number;
  readonly rowsScanned?: number;
  /** Milliseconds to wait before sending. */
  readonly delayMs?: number;
}

/** An answer with a JSON body. */
export function jsonAnswer(
  status: number,
  body: unknown,
  outcome: string,
  headers: Record<string, string> = {},
): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body), outcome };
}

/** An answer with no body at all. */
export function emptyAnswer(status: number, outcome: string): Answer {
  return { status, headers: {}, body: '', outcome };
}
