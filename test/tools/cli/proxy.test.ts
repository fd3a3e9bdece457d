import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../../src/sandbox.ts';
import { createProxyFetch } from '../../../src/tools/cli/proxy.ts';
import { startProxy } from './connect-proxy.ts';
import { environmentOf, run, withFolder } from './run.ts';

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
    await using proxy = await startProxy({ refuseWith: '407 Proxy Authentication Required' });
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
    await using proxy = await startProxy({ refuseWith: '403 Forbidden' });
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
