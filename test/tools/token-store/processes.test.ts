import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../../src/sandbox.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { runAtOnce } from '../../support/run-at-once.ts';

let folder: string;
let database: PostgresServer;
let sandbox: Sandbox;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processes-'));
  database = await startPostgres();
});

afterEach(() => sandbox.stop());

afterAll(async () => {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a sandbox that knows the user of the programs by a password. */
async function startApi(password: string): Promise<void> {
  const credentials = { clientId: 'client', clientSecret: 'secret', username: 'jane@vbc.prod', password };
  sandbox = await startSandbox({ calls: 1, credentials });
}

function logInAtOnce(place: string, count: number): Promise<string[]> {
  return runAtOnce(join(import.meta.dirname, 'log-in-once.ts'), [sandbox.tokenUrl, place], count);
}

const stores: [store: string, createPlace: () => Promise<string>][] = [
  ['folder', () => mkdtemp(join(folder, 'store-'))],
  ['database', () => database.createSchema()],
];

describe.each(stores)('processes that share tokens in a %s', (_store, createPlace) => {
  it('and start at once make one login', async () => {
    await startApi('password');
    const said = await logInAtOnce(await createPlace(), 3);
    expect(said[0]).toMatch(/^token \w+/);
    expect(new Set(said).size).toBe(1);
    expect(sandbox.requests).toHaveLength(1);
  });

  it('make one login with a wrong password, whether they start together or later', async () => {
    await startApi('another password');
    const place = await createPlace();
    const said = [...(await logInAtOnce(place, 2)), ...(await logInAtOnce(place, 1))];
    expect(said).toEqual(Array(3).fill('failed AuthenticationRefusedError'));
    expect(sandbox.requests).toHaveLength(1);
  });
});
