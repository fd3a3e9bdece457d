import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../../src/sandbox.ts';

export interface ManyAccountsOptions {
  readonly accounts: number;
  readonly callsPerAccount: number;
  /** The time that each request takes at least, in milliseconds. */
  readonly delayMs: number;
  /** The id of an account whose password is wrong. */
  readonly refused?: string;
}

/** One address that serves many accounts, each with a user and a sandbox of its own. */
export interface ManyAccounts {
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  readonly env: Readonly<Record<string, string>>;
  /** The path of the accounts file. */
  readonly file: string;
  /** Requests for calls so far. */
  requests(): number;
  /** Requests for tokens of an account so far. */
  logins(id: string): number;
  stop(): Promise<void>;
}

const day = 86_400_000;

/** Starts the sandboxes and writes the accounts file into a folder. All calls have started a while ago. */
export async function startManyAccounts(folder: string, options: ManyAccountsOptions): Promise<ManyAccounts> {
  const today = Math.floor(Date.now() / day) * day;
  const [from, to] = [new Date(today - 40 * day), new Date(today - 3 * day)];
  const sandboxes = new Map<string, Sandbox>();
  const env: Record<string, string> = { VBC_CLIENT_ID: 'sandbox-client', VBC_CLIENT_SECRET: 'sandbox-secret' };
  const listed: object[] = [];
  for (let place = 1; place <= options.accounts; place += 1) {
    const accountId = String(100_000 + place);
    const credentials = { username: `user${place}@vbc.prod`, password: `secret-of-user-${place}` };
    sandboxes.set(
      accountId,
      await startSandbox({ accountId, credentials, from, to, calls: options.callsPerAccount, seed: place }),
    );
    env[`USER_${place}`] = credentials.username;
    env[`PASSWORD_${place}`] = accountId === options.refused ? 'wrong-secret-of-user' : credentials.password;
    listed.push({
      id: accountId,
      timeZone: 'UTC',
      username: { env: `USER_${place}` },
      password: { env: `PASSWORD_${place}` },
    });
  }
  const file = join(folder, 'accounts.json');
  await writeFile(file, JSON.stringify({ accounts: listed }));
  const server = createServer((incoming, response) => {
    setTimeout(() => {
      // A worker that was killed waits for no response.
      route(incoming, response, sandboxes).catch(() => response.destroy());
    }, options.delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const count = (id: string, endpoint: string): number =>
    sandboxes.get(id)?.requests.filter((record) => record.endpoint === endpoint).length ?? 0;
  return {
    ...{ sandboxes, file },
    env: {
      ...env,
      VBC_BASE_URL: `http://127.0.0.1:${port}/t/vbc.prod/reports`,
      VBC_TOKEN_URL: `http://127.0.0.1:${port}/token`,
    },
    requests: () => [...sandboxes.keys()].reduce((sum, id) => sum + count(id, 'call-logs'), 0),
    logins: (id) => count(id, 'token'),
    async stop() {
      server.closeAllConnections();
      server.close();
      for (const sandbox of sandboxes.values()) await sandbox.stop();
    },
  };
}

/** Passes a request on to the sandbox of its account, or of its user. */
async function route(
  incoming: IncomingMessage,
  response: ServerResponse,
  sandboxes: ReadonlyMap<string, Sandbox>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const [, id] = /\/accounts\/(\d+)\//.exec(incoming.url ?? '') ?? [];
  const user = new URLSearchParams(body.toString()).get('username');
  const sandbox =
    id === undefined
      ? [...sandboxes.values()].find(({ credentials }) => credentials.username === user)
      : sandboxes.get(id);
  if (sandbox === undefined) {
    response.writeHead(404).end();
    return;
  }
  const { hostname, port } = new URL(sandbox.baseUrl);
  const onward = request({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}
