import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server as TlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox, type Sandbox } from '../../../src/sandbox.ts';
import { joinSockets, listen, startProxy, type Proxy } from './connect-proxy.ts';
import { createPrivateAuthority } from './private-authority.ts';
import { bundleProgram, environmentOf, type Outcome } from './run.ts';

// Names that resolve nowhere (RFC 6761): only the proxy knows the way.
const [apiHost, tokenHost] = ['reports.example.invalid', 'login.example.invalid'];
const { authority, server: certificate } = createPrivateAuthority(apiHost, tokenHost);

let programFolder: string;
let program: string;
let folder: string;
let sandbox: Sandbox;
let sockets: Set<Socket>;
let tls: TlsServer;
let proxy: Proxy;

beforeAll(async () => {
  programFolder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  program = await bundleProgram(programFolder);
});

afterAll(async () => {
  await rm(programFolder, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
  await writeFile(join(folder, 'company-ca.pem'), authority.cert);
  sandbox = await startSandbox({ from: '2025-01-01', to: '2026-01-01' });
  sockets = new Set();
  tls = createServer(certificate, (client) => {
    joinSockets(client, connect(Number(new URL(sandbox.baseUrl).port), '127.0.0.1'), sockets);
  });
  // Both hosts lead to the TLS server before the sandbox.
  proxy = await startProxy({ port: await listen(tls) });
});

afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  for (const socket of sockets) socket.destroy();
  await once(tls.close(), 'close');
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const away = (url: string, host: string): string => url.replace(/^http:\/\/[^/]+/, `https://${host}`);

/** Runs the command line as a process: Node reads NODE_EXTRA_CA_CERTS when it starts. */
async function runIn(env: Record<string, string | undefined>, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: {
      ...environmentOf(sandbox, join(folder, 'state')),
      VBC_BASE_URL: away(sandbox.baseUrl, apiHost),
      VBC_TOKEN_URL: away(sandbox.tokenUrl, tokenHost),
      LANG: 'C.UTF-8',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (piece: string) => (output[name] += piece));
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, ...output };
}

const proxied = () => ({ HTTPS_PROXY: proxy.url });
/** Loads a module into the process whose timers pass fast: a name that does not resolve is looked up again and again. */
const fastTimers = `const { setTimeout: wait } = globalThis; globalThis.setTimeout = (work, ms) => wait(work, ms / 50);`;
const hurried = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fastTimers)}` };
const trusting = { NODE_EXTRA_CA_CERTS: 'company-ca.pem' };
const exportDay = ['export', '--day', '2025-03-04', '--tz', 'America/New_York', '--out', 'calls.csv'];

describe('a machine behind a proxy that inspects TLS', () => {
  it('exports with what the recipe says: HTTPS_PROXY and NODE_EXTRA_CA_CERTS', async () => {
    const { exitCode, stderr } = await runIn({ ...proxied(), ...trusting }, ...exportDay, '--verbose');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('1 login') });
    expect(stderr).toContain(': 200 in ');
    const rows = (await readFile(join(folder, 'calls.csv'), 'utf8')).trim().split('\n').length - 1;
    expect(stderr).toContain(`${rows} calls written to calls.csv.`);
    expect(new Set(proxy.targets)).toEqual(new Set([`${apiHost}:443`, `${tokenHost}:443`]));
  });

  it('is set up, says the doctor', async () => {
    const { exitCode, stdout } = await runIn({ ...proxied(), ...trusting }, 'doctor');
    expect(stdout).toContain('Everything is set up.');
    expect(exitCode).toBe(0);
  });

  it.each([['doctor'], exportDay])(
    'without the certificate names NODE_EXTRA_CA_CERTS, at once: %s',
    async (...args) => {
      const { exitCode, stdout, stderr } = await runIn(proxied(), ...args);
      const said = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
      expect(exitCode).toBe(1);
      expect(said).toContain('cannot be reached (UNABLE_TO_VERIFY_LEAF_SIGNATURE)');
      expect(said).toContain('set the environment variable NODE_EXTRA_CA_CERTS');
      expect(said).not.toContain('It was tried');
      expect(sandbox.requests).toEqual([]);
    },
  );

  it.each([['doctor'], exportDay])('without the proxy asks whether one is needed: %s', async (...args) => {
    const { exitCode, stdout, stderr } = await runIn({ ...hurried, ...trusting }, ...args);
    const said = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
    expect(exitCode).toBe(1);
    // A machine without DNS says EAI_AGAIN.
    expect(said).toMatch(/login\.example\.invalid cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/);
    expect(said).toContain('whether this network needs a proxy');
    expect(sandbox.requests).toEqual([]);
  });

  it('is told by Node of a certificate file that cannot be read', async () => {
    const { exitCode, stderr } = await runIn({ ...proxied(), NODE_EXTRA_CA_CERTS: 'missing.pem' }, ...exportDay);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Ignoring extra certs from `missing.pem`');
  });
});
