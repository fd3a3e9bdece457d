import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, 'log-in-once.ts');

let folder: string;
let server: Server;
let requests: number;
let refuse: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'two-processes-'));
  requests = 0;
  refuse = false;
  server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(refuse ? 400 : 200, { 'content-type': 'application/json' });
    const granted = { access_token: `token-${requests}`, refresh_token: `refresh-${requests}`, expires_in: 86_400 };
    response.end(JSON.stringify(refuse ? { error: 'invalid_grant' } : granted));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
}

async function startProgram(): Promise<Program> {
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, ['--import', 'tsx', program, `http://127.0.0.1:${port}/token`, folder]);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return { child, lines };
}

/** Starts so many processes, lets them all go at the same moment, and waits for what they say. */
async function runAtOnce(count: number): Promise<unknown[]> {
  const programs = await Promise.all(Array.from({ length: count }, startProgram));
  for (const { child } of programs) child.stdin.write('go\n');
  return Promise.all(
    programs.map(async ({ child, lines }) => {
      const line: IteratorResult<string, unknown> = await lines.next();
      if (child.exitCode === null) await once(child, 'exit');
      return line.value;
    }),
  );
}

describe('processes with one file store', () => {
  it('that start at once make one login', async () => {
    await expect(runAtOnce(3)).resolves.toEqual(['token token-1', 'token token-1', 'token token-1']);
    expect(requests).toBe(1);
  });

  it('make one login with a wrong password, the ones at once and the later ones together', async () => {
    refuse = true;
    const said = [...(await runAtOnce(2)), ...(await runAtOnce(1))];
    expect(said).toEqual(Array(3).fill('failed AuthenticationRefusedError'));
    expect(requests).toBe(1);
  });
});
