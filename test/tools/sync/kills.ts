import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { CallLog } from '../../../src/index.ts';
import type { Coverage, StoreReader } from '../../../src/tools/sync/index.ts';
import { kills as killsOf, mulberry32 } from '../../support/draws.ts';
import { buildChild } from './build-child.ts';
import { account, allRounds, day, historyAfter, stepOf, storeAt, syncAfter, takeStep } from './kill-steps.ts';
import { contentOf, MemoryStore } from './memory-store.ts';

/** A place for a store, by a name that another process can use. */
export interface KillPlace {
  readonly place: string;
  remove(): Promise<void>;
}

/** With `KILLS=all` a hundred processes start one after the other. */
const patienceMs = 1_200_000;

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** `kill -9` at random moments leaves a store in an earlier consistent state, and the next run completes it. */
export function describeKills(name: string, create: () => Promise<KillPlace>): void {
  describe(`${name}, killed at random moments (SEED=${seed})`, () => {
    let program: string;
    const random = mulberry32(seed);

    beforeAll(async () => {
      program = await buildChild();
    });

    afterAll(async () => {
      await rm(program);
    });

    /** Runs the child until it is killed, or ends. Returns the last step that it has reported. */
    async function runChild(what: string, place: string, kill: Kill): Promise<number> {
      return await watch(
        spawn(process.execPath, [program, what, place], { stdio: ['ignore', 'pipe', 'inherit'] }),
        kill,
      );
    }

    /** A random moment after one of the given number of lines, however fast the computer is. */
    const somewhere = (lines: number, mostMs: number): Kill => ({
      line: 1 + Math.floor(random() * lines),
      delayMs: random() * mostMs,
    });

    test(
      'replacements: the store has each completely or not at all, and none that was reported is lost',
      async () => {
        const kills = killsOf(2, 20, 100);
        for (let killed = 0; killed < kills;) {
          const place = await create();
          let reported = 0;
          // Its end is the only one by itself: each store is killed in its first load, and in what follows.
          for (let round = 0; round < 4 && killed < kills; round += 1, killed += 1) {
            reported = Math.max(reported, await runChild('steps', place.place, somewhere(30, 40)));
            const { coverage, listed, all } = await contentsAt(place.place);
            expect(stepOf(coverage)).toBeGreaterThanOrEqual(reported);
            const model = await modelAfter(stepOf(coverage));
            expect([listed, all]).toEqual([model.listed, model.all]);
          }
          await place.remove();
        }
      },
      patienceMs,
    );

    test(
      'runs of sync: after the next one, the store has every listed call',
      async () => {
        for (let killed = 0; killed < killsOf(2, 12, 60); killed += 1) {
          const place = await create();
          await runChild('sync', place.place, somewhere(allRounds, 60));
          if (killed % 2 === 1) await runChild('sync', place.place, somewhere(allRounds, 60));
          const listed = listedAfter(allRounds);
          // A call that took the place of another does not show in the counts, so that everything is read again.
          const result = await syncAfter(allRounds, place.place, { mirror: true, recheck: { ...day, to: afterDay } });
          expect(result).toMatchObject({ complete: true, differences: [] });
          expect((await contentsAt(place.place)).listed).toEqual(listed);
          await place.remove();
        }
      },
      patienceMs,
    );

    test(
      'a migration: it is complete or absent, and the next opening completes it',
      async () => {
        const place = await create();
        const store = storeAt(place.place);
        const opened = await store.open(account);
        for (let step = 1; step <= 24; step += 1) await takeStep(opened, step);
        await store.close();
        const model = await modelAfter(24);
        for (let killed = 0; killed < killsOf(1, 8, 40); killed += 1) {
          await runChild('migrate', place.place, somewhere(1, 400));
          const { listed, all } = await contentsAt(place.place, 'next');
          expect([listed, all]).toEqual([model.listed, model.all]);
        }
        await place.remove();
      },
      patienceMs,
    );
  });
}

interface Kill {
  /** The line of output after which the child is killed, counted from 1. */
  readonly line: number;
  readonly delayMs: number;
}

async function watch(child: ChildProcess, { line, delayMs }: Kill): Promise<number> {
  let output = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  child.stdout?.on('data', (chunk: Buffer) => {
    output += String(chunk);
    if (output.split('\n').length > line) timer ??= setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  // Any other end is an error of the store.
  if (child.signalCode !== 'SIGKILL' && child.exitCode !== 0) throw new Error(`the process failed: ${output}`);
  const steps = output.split('\n').filter((text) => /^\d+$/.test(text));
  return Number(steps.at(-1) ?? 0);
}

/** Later than all calls of the account. */
const afterDay = new Date(day.to.getTime() + 24 * 3_600_000);

interface Contents {
  readonly coverage: Coverage;
  readonly listed: readonly string[];
  readonly all: readonly string[];
}

/** Returns what is in a store. */
export async function contentsAt(place: string, layout: Parameters<typeof storeAt>[1] = 'this'): Promise<Contents> {
  const store = storeAt(place, layout);
  const opened = await store.open(account);
  const coverage = await opened.coverage();
  const contents = { coverage, listed: await callsIn(store, true), all: await callsIn(store, false) };
  await store.close();
  return contents;
}

/** The calls that the server lists after a number of rounds. */
export function listedAfter(rounds: number): readonly string[] {
  return historyAfter(rounds).listed().map(contentOf).sort();
}

async function modelAfter(steps: number): Promise<Contents> {
  const model = new MemoryStore();
  const opened = await model.open(account);
  for (let step = 1; step <= steps; step += 1) await takeStep(opened, step);
  return { coverage: model.windows, listed: await callsIn(model, true), all: await callsIn(model, false) };
}

async function callsIn(store: Pick<StoreReader, 'callsOf'>, onlyListed: boolean): Promise<string[]> {
  const calls: CallLog[] = [];
  for await (const page of store.callsOf(account.id, { ...day, to: afterDay }, { onlyListed })) {
    calls.push(...page);
  }
  return calls.map(contentOf).sort();
}
