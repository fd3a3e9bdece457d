import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../support/free-port.ts';

/** A way to a database that can be cut. */
export interface DatabaseProxy {
  /** The URL of the database by this way. */
  readonly url: string;
  /** Breaks all connections, and refuses others until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
}

/** Returns a way to the database of a URL, which is cut at first. */
export async function createDatabaseProxy(database: string): Promise<DatabaseProxy> {
  const target = new URL(database);
  const port = await freePort();
  const url = new URL(database);
  url.port = String(port);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  function keep(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  }
  async function cut(): Promise<void> {
    const closing = server;
    server = undefined;
    closing?.close();
    for (const socket of sockets) socket.destroy();
    if (closing !== undefined) await once(closing, 'close');
  }
  return {
    url: url.href,
    cut,
    async restore() {
      server = createServer((near) => {
        const far = connect(Number(target.port), target.hostname);
        keep(near, far);
        keep(far, near);
        near.pipe(far).pipe(near);
      });
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    stop: cut,
  };
}
