import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryTokenStore } from '../../../src/core/auth/token-store.ts';
import { createFileTokenStore } from '../../../src/node.ts';
import { draws } from '../../support/draws.ts';
import { LoginWorld, type OpenStore, type Step } from './login-world.ts';

/** Another seed each time; `LOGIN_SEED` repeats a run. */
const seed = Number(process.env.LOGIN_SEED ?? Date.now() % 2 ** 31);
const runs = draws(40, 1000);

const start = fc.record({
  right: fc.boolean(),
  fate: fc.constantFrom('decided', 'decided', 'lost', 'unsent', 'failing', 'elsewhere', 'killed'),
  abortAfter: fc.constantFrom(0, 0, 0, 1, 4, 12),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('processes'), starts: fc.array(start, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('jump'), minutes: fc.constantFrom(0.5, 1, 5, 29, 30, 1440) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lockout') }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('faults'), faults: fc.subarray(['read', 'write', 'withLock'] as const) }),
  },
);

async function expectNoViolation(openStore: () => OpenStore, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
    const world = new LoginWorld(openStore());
    for (const each of steps) await world.take(each);
    expect(world.violations).toEqual([]);
  });
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
  it('never log in a second time with refused credentials: memory store', async () => {
    await expectNoViolation(() => {
      const store = createMemoryTokenStore();
      return () => store;
    }, runs);
  });

  it('never log in a second time with refused credentials: file store', async () => {
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
