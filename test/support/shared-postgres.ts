import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { type LocalPostgresServer, startLocalPostgres } from './postgres.ts';

/**
 * Jest calls this before the first test. The first file that needs a PostgreSQL server asks this process for its URL,
 * which then starts one; all others get the same. It ends when this process does.
 */
export default async function offerPostgres(): Promise<void> {
  let starting: Promise<LocalPostgresServer> | undefined;
  const offer = createServer((_request, response) => {
    // A connection that is kept would keep this process.
    response.shouldKeepAlive = false;
    starting ??= startLocalPostgres();
    starting.then(
      (server) => {
        server.unref();
        response.end(server.url);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(offer, 'listening');
  offer.unref();
  process.env.SHARED_POSTGRES = `http://127.0.0.1:${(offer.address() as AddressInfo).port}`;
}
