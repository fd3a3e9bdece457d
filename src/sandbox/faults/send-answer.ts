import type { ServerResponse } from 'node:http';

import type { Answer } from './answer.ts';

/** Sends an answer, or breaks it on the way as its delivery says: the connection itself is reset, cut or left waiting. */
export function sendAnswer(response: ServerResponse, answer: Answer, stallMs: number): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const half = body.subarray(0, Math.floor(body.length / 2));
  const write = (length: number | undefined): void => {
    const lengthHeader = length === undefined ? {} : { 'Content-Length': length };
    response.writeHead(answer.status, { ...answer.headers, ...lengthHeader });
  };
  switch (answer.delivery ?? 'whole') {
    case 'whole':
      write(body.length);
      response.end(body);
      return;
    case 'reset':
      reset(response);
      return;
    case 'cut-body':
      write(body.length);
      response.write(half, () => {
        response.socket?.destroy();
      });
      return;
    case 'malformed-body':
      write(undefined);
      response.end(half);
      return;
    case 'stall':
      resetAfter(response, stallMs);
      return;
    case 'stalled-body':
      write(body.length);
      response.write(half);
      resetAfter(response, stallMs);
  }
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function resetAfter(response: ServerResponse, milliseconds: number): void {
  const timer = setTimeout(reset, milliseconds, response).unref();
  response.once('close', () => {
    clearTimeout(timer);
  });
}
