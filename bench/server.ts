// A process of its own: node --import tsx bench/server.ts ROWS LATENCY_MS. Writes its port, serves until its input ends.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { serialiseRows } from './rows.ts';

const [rowCount = '200000', latencyMs = '0'] = process.argv.slice(2);
const rows = serialiseRows(Number(rowCount));

function answerPage(parameters: URLSearchParams, response: ServerResponse): void {
  const first = firstFrom(secondsOf(parameters.get('start:gte')));
  const beyond = firstFrom(secondsOf(parameters.get('start:lte')) + 1);
  const page = Number(parameters.get('page') ?? 1);
  const pageSize = Number(parameters.get('page_size') ?? 10);
  const total = beyond - first;
  const from = Math.min(first + (page - 1) * pageSize, beyond);
  const bytes = rows.slice(from, Math.min(from + pageSize, beyond));
  const pages = Math.ceil(total / pageSize);
  const head = `{"page":${page},"page_size":${pageSize},"total_items":${total},"total_pages":${pages},"_embedded":{"call_logs":[`;
  const tail = ']}}';
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': head.length + bytes.length + tail.length,
  });
  response.write(head);
  response.write(bytes);
  response.end(tail);
}

function answerToken(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ access_token: 'token-of-the-benchmark', expires_in: 86_400, scope: 'openid' }));
}

function secondsOf(apiTime: string | null): number {
  return Date.parse(`${(apiTime ?? '').replace(' ', 'T')}Z`) / 1000;
}

/** The index of the first row that starts at `seconds` or later. */
function firstFrom(seconds: number): number {
  let [low, high] = [0, rows.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows.starts[middle] ?? Infinity) < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const answer = (): void => {
    if (url.pathname === '/token') answerToken(response);
    else answerPage(url.searchParams, response);
  };
  if (latencyMs === '0') answer();
  else setTimeout(answer, Number(latencyMs));
});
server.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});

// Ends with the process that started it, however that ends.
process.stdin.resume().once('end', () => process.exit());
