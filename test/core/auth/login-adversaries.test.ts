import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryTokenStore } from '../../../src/core/auth/token-store.ts';
import { createFileTokenStore } from '../../../src/node.ts';
import { draws } from '../../support/draws.ts';
import { LoginWorld, type OpenStore, type Start, type Step } from './login-world.ts';

/** Another seed each time; `LOGIN_SEED` repeats a run. */
const seed = Number(process.env.LOGIN_SEED ?? Date.now() % 2 ** 31);
const runs = draws(15, 80);

const fate = fc.constantFrom('decided', 'decided', 'decided', 'lost', 'unsent', 'failing', 'elsewhere', 'killed');
const abortAfter = fc.constantFrom(0, 0, 0, 1, 2, 4, 12);
const start: fc.Arbitrary<Start> = fc.record({ right: fc.boolean(), fate, abortAfter });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('processes'), starts: fc.array(start, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('again'), which: fc.nat(5), fate, abortAfter }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('jump'), minutes: fc.constantFrom(0.5, 1, 5, 20, 29, 30, 1440) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('lockout') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('faults'),
      faults: fc.subarray(['read', 'write', 'withLock', 'glitch'] as const),
    }),
  },
);

async function expectNoViolation(openStore: () => OpenStore, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 2, maxLength: 12 }),
    fc.boolean(),
    async (steps, required) => {
      const world = new LoginWorld(openStore(), required);
      for (const each of steps) await world.take(each);
      await world.end();
      expect(world.violations).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns, seed, endOnFailure: true });
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'login-adversaries-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe(`processes that start, abort and are killed at random, with a failing store and a jumping clock (seed ${seed})`, () => {
  it('never log in with refused credentials again, and each block ends when its message says so: memory store', async () => {
    await expectNoViolation(() => {
      const store = createMemoryTokenStore();
      return () => store;
    }, runs);
  });

  it('never log in with refused credentials again, and each block ends when its message says so: file store', async () => {
    let run = 0;
    await expectNoViolation(
      () => {
        run += 1;
        const own = join(folder, String(run));
        return (clock) => createFileTokenStore({ folder: own, clock });
      },
      Math.ceil(runs / 5),
    );
  });
});
