import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** The targets of the CONNECT requests, as `host:port`. */
  readonly targets: readonly string[];
  /** The header `Proxy-Authorization` of each of them. */
  readonly logins: readonly (string | undefined)[];
}

interface ProxyOptions {
  /** Refuses every request with this status line. */
  readonly refuseWith?: string;
  /** The port on this computer that all targets lead to; by default each leads to itself. */
  readonly port?: number;
}

/** A CONNECT proxy on this computer. */
export async function startProxy({ refuseWith, port: only }: ProxyOptions = {}): Promise<Proxy> {
  const targets: string[] = [];
  const logins: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const target = request.url ?? '';
    targets.push(target);
    logins.push(request.headers['proxy-authorization']);
    if (refuseWith !== undefined) {
      client.end(`HTTP/1.1 ${refuseWith}\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = only === undefined ? target.split(':') : ['127.0.0.1', String(only)];
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
    });
    joinSockets(client, upstream, sockets);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    targets,
    logins,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes on what either socket receives. When one fails, both end. */
export function joinSockets(client: Socket, upstream: Socket, sockets: Set<Socket>): void {
  client.pipe(upstream).pipe(client);
  for (const socket of [client, upstream]) {
    sockets.add(socket);
    socket.on('error', () => {
      client.destroy();
      upstream.destroy();
    });
  }
}

/** Starts a server on this computer and returns its port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
