import type { ServerResponse } from 'node:http';

import type { FaultName } from './faults.ts';

/** The way a response leaves the sandbox: whole, or broken on the way (fact 31). */
export type Delivery = 'whole' | 'reset' | 'cut-body' | 'malformed-body' | 'stall' | 'stalled-body';

/** A response before it is sent. */
export interface SandboxResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A description of the response, for the log. */
  readonly outcome: string;
  readonly delivery?: Delivery;
  readonly fault?: FaultName;
  readonly rows?: number;
  readonly rowsScanned?: number;
  /** Milliseconds to wait before sending. */
  readonly delayMs?: number;
}

/** Makes a response with a JSON body. */
export function jsonResponse(
  status: number,
  body: unknown,
  outcome: string,
  headers: Record<string, string> = {},
): SandboxResponse {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body), outcome };
}

/** Makes a response without a body. */
export function emptyResponse(status: number, outcome: string, headers: Record<string, string> = {}): SandboxResponse {
  return { status, headers, body: '', outcome };
}

/** Sends a response, or breaks it as its delivery says: the connection itself is reset, cut or left waiting. */
export function sendResponse(target: ServerResponse, response: SandboxResponse, stallMs: number): void {
  const { status, headers, delivery = 'whole' } = response;
  const body = Buffer.from(response.body);
  const half = body.subarray(0, Math.floor(body.length / 2));
  if (delivery === 'reset') reset(target);
  else if (delivery === 'stall') resetAfter(target, stallMs);
  else if (delivery === 'malformed-body') target.writeHead(status, headers).end(half);
  else {
    target.writeHead(status, { ...headers, 'Content-Length': body.length });
    if (delivery === 'whole') target.end(body);
    else if (delivery === 'cut-body') target.write(half, () => target.socket?.destroy());
    else {
      target.write(half);
      resetAfter(target, stallMs);
    }
  }
}

function reset(target: ServerResponse): void {
  target.socket?.resetAndDestroy();
}

function resetAfter(target: ServerResponse, milliseconds: number): void {
  const timer = setTimeout(reset, milliseconds, target).unref();
  target.once('close', () => {
    clearTimeout(timer);
  });
}
