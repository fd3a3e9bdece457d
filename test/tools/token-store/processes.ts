import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Sandbox, startSandbox } from '../../../src/sandbox.ts';
import { runAtOnce } from '../../support/run-at-once.ts';

/**
 * The tests that a store passes which processes share. `createPlace` returns an empty folder, or the URL of a database
 * without tables.
 */
export function describeProcesses(name: string, createPlace: () => Promise<string>): void {
  describe(`processes that share tokens in ${name}`, () => {
    let folder: string;
    let program: string;
    let sandbox: Sandbox;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'processes-'));
      program = await bundleLogin(folder);
    });

    afterEach(() => sandbox.stop());

    afterAll(() => rm(folder, { recursive: true, force: true }));

    const logInAtOnce = (place: string, count: number): Promise<string[]> =>
      runAtOnce(program, [sandbox.tokenUrl, place], count);

    it('and start at once make one login', async () => {
      sandbox = await startApi('password');
      const said = await logInAtOnce(await createPlace(), 3);
      expect(said[0]).toMatch(/^token \w+/);
      expect(new Set(said).size).toBe(1);
      expect(sandbox.requests).toHaveLength(1);
    });

    it('make one login with a wrong password, whether they start together or later', async () => {
      sandbox = await startApi('another password');
      const place = await createPlace();
      const said = [...(await logInAtOnce(place, 2)), ...(await logInAtOnce(place, 1))];
      expect(said).toEqual(Array(3).fill('failed AuthenticationRefusedError'));
      expect(sandbox.requests).toHaveLength(1);
    });
  });
}

/** Starts a sandbox that knows the user of the programs by a password. */
async function startApi(password: string): Promise<Sandbox> {
  const credentials = { clientId: 'client', clientSecret: 'secret', username: 'jane@vbc.prod', password };
  return await startSandbox({ calls: 1, credentials });
}

/** Bundles the program of a process, which starts several times faster than its sources do. */
async function bundleLogin(folder: string): Promise<string> {
  const outfile = join(folder, 'log-in-once.mjs');
  const entryPoints = [join(import.meta.dirname, 'log-in-once.ts')];
  await build({ entryPoints, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
  await symlink(join(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'), 'junction');
  return outfile;
}
