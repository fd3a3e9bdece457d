import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../../src/sandbox.ts';
import { createProxyFetch } from '../../../src/tools/cli/proxy.ts';
import { environmentOf, run, withFolder } from './run.ts';

interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** The targets of the CONNECT requests, as `host:port`. */
  readonly targets: readonly string[];
  /** The header `Proxy-Authorization` of each of them. */
  readonly logins: readonly (string | undefined)[];
}

/** A CONNECT proxy on this computer; with a status, it refuses every request. */
async function startProxy(refuseWith?: string): Promise<Proxy> {
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
    const [host = '', port = ''] = target.split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    logins,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const day = ['export', '--day', '2025-03-04', '--out', '-', '--format', 'ndjson'];

describe('a proxy of the environment', () => {
  it.each(['HTTP_PROXY', 'http_proxy'])('carries every request, logins included: %s', async (name) => {
    await using sandbox = await startSandbox({ from: '2025-01-01', to: '2026-01-01' });
    await using proxy = await startProxy();
    await withFolder(async (folder) => {
      const env = { ...environmentOf(sandbox, join(folder, 'state')), [name]: proxy.url };
      const { exitCode, stdout, stderr } = await run(day, { env });
      expect({ exitCode, stderr: stderr.includes('error') }).toEqual({ exitCode: 0, stderr: false });
      expect(stdout).not.toBe('');
      expect(new Set(proxy.targets)).toEqual(new Set([new URL(sandbox.baseUrl).host]));
      expect(sandbox.requests.length).toBeGreaterThan(1);
    });
  });

  it('is left out for the hosts of NO_PROXY', async () => {
    await using sandbox = await startSandbox({ from: '2025-01-01', to: '2026-01-01' });
    await using proxy = await startProxy();
    await withFolder(async (folder) => {
      const state = environmentOf(sandbox, join(folder, 'state'));
      const { exitCode } = await run(day, { env: { ...state, HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' } });
      expect({ exitCode, targets: proxy.targets }).toEqual({ exitCode: 0, targets: [] });
    });
  });

  it('gets the user name and the password of its URL', async () => {
    await using sandbox = await startSandbox();
    await using proxy = await startProxy();
    const withLogin = proxy.url.replace('http://', 'http://jane:secret@');
    const proxyFetch = await createProxyFetch({ HTTP_PROXY: withLogin });
    const { signal } = new AbortController();
    await proxyFetch?.fetch(sandbox.tokenUrl, { method: 'GET', headers: {}, redirect: 'manual', signal });
    await proxyFetch?.close();
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('jane:secret').toString('base64')}`]);
  });

  it('that asks for a login is named by the doctor, with no login sent to the API', async () => {
    await using sandbox = await startSandbox();
    await using proxy = await startProxy('407 Proxy Authentication Required');
    await withFolder(async (folder) => {
      const env = { ...environmentOf(sandbox, join(folder, 'state')), HTTP_PROXY: proxy.url };
      const { exitCode, stdout } = await run(['doctor'], { env });
      expect(exitCode).toBe(1);
      expect(stdout).toContain('HTTP_PROXY');
      expect(sandbox.requests).toEqual([]);
    });
  });

  it('that refuses the connection is named with its status', async () => {
    await using sandbox = await startSandbox();
    await using proxy = await startProxy('403 Forbidden');
    await withFolder(async (folder) => {
      const env = { ...environmentOf(sandbox, join(folder, 'state')), HTTP_PROXY: proxy.url };
      const { exitCode, stdout } = await run(['doctor'], { env });
      expect(exitCode).toBe(1);
      expect(stdout).toContain('(PROXY_RESPONSE_403)');
    });
  });

  it('is not loaded if none is set', async () => {
    expect(await createProxyFetch({})).toBeUndefined();
    expect(await createProxyFetch({ NO_PROXY: '*', HTTPS_PROXY: '' })).toBeUndefined();
  });

  it.each([
    [
      'proxy.example.com:8080',
      'HTTPS_PROXY must be an http(s) URL. Write it like HTTPS_PROXY=http://proxy.example.com:8080.',
    ],
    ['socks5://user:secret@proxy.example.com', 'HTTPS_PROXY must be an http(s) URL.'],
    ['http://', 'HTTPS_PROXY must be an http(s) URL.'],
  ])('that is not a URL is refused before any request, and not shown: %s', async (value, message) => {
    const env = { VBC_ACCOUNT_ID: '1', VBC_ACCESS_TOKEN: 'token', HTTPS_PROXY: value };
    const { exitCode, stderr } = await run(day, { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
  });
});
