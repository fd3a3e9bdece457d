import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { createLimiter, type LoadSign } from '../../../src/core/http/limiter.ts';
import { onAbort } from '../../../src/core/http/signals.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';
import { countedSignal } from './listener-count.ts';

const never = new AbortController().signal;

/** A task that ends when told to. */
function openTask(): { run: () => Promise<void>; started: () => boolean; end: () => void } {
  let started = false;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    run: () => {
      started = true;
      return ended;
    },
    started: () => started,
    end,
  };
}

describe('concurrency', () => {
  it('holds back the third request where it is 2, first come first served', async () => {
    const limiter = createLimiter({ concurrency: 2, requestsPerSecond: undefined }, createFakeClock());
    const tasks = [openTask(), openTask(), openTask(), openTask()];
    const runs = tasks.map((task) => limiter.run(task.run, never));
    await settle();
    expect(tasks.map((task) => task.started())).toEqual([true, true, false, false]);
    tasks[1]?.end();
    await settle();
    expect(tasks.map((task) => task.started())).toEqual([true, true, true, false]);
    for (const task of tasks) task.end();
    await Promise.all(runs);
  });

  it('is never exceeded, and lets every task run, whatever fails or is aborted', async () => {
    const anyTask = fc.constantFrom('works', 'fails', 'aborted early', 'aborted late');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(anyTask, { maxLength: 30 }),
        async (concurrency, kinds) => {
          const limiter = createLimiter({ concurrency, requestsPerSecond: undefined }, createFakeClock());
          const most = { now: 0, ever: 0 };
          const runs = kinds.map((kind, index) => {
            const controller = new AbortController();
            const run = limiter.run(async () => {
              most.now += 1;
              most.ever = Math.max(most.ever, most.now);
              for (let turn = 0; turn < index % 3; turn += 1) await Promise.resolve();
              most.now -= 1;
              if (kind === 'fails') throw new Error(kind);
            }, controller.signal);
            if (kind === 'aborted early') controller.abort();
            if (kind === 'aborted late')
              queueMicrotask(() => {
                controller.abort();
              });
            return run;
          });
          await Promise.allSettled(runs);
          expect(most.ever).toBeLessThanOrEqual(concurrency);

          // Every slot is free again, and no more than there were.
          const after = Array.from({ length: concurrency + 1 }, openTask);
          const afterRuns = after.map((task) => limiter.run(task.run, never));
          await settle(1);
          expect(after.filter((task) => task.started())).toHaveLength(concurrency);
          for (const task of after) task.end();
          await Promise.all(afterRuns);
        },
      ),
    );
  });

  it('an abort while waiting ends the wait with the reason, and gives no slot away', async () => {
    const limiter = createLimiter({ concurrency: 1, requestsPerSecond: undefined }, createFakeClock());
    const [running, waiting, next] = [openTask(), openTask(), openTask()];
    const { signal, abort } = countedSignal();
    const first = limiter.run(running.run, never);
    const second = limiter.run(waiting.run, signal);
    const third = limiter.run(next.run, never);
    abort('enough');
    await expect(second).rejects.toBe('enough');
    await settle();
    expect([waiting.started(), next.started()]).toEqual([false, false]);
    running.end();
    next.end();
    await Promise.all([first, third]);
    expect([waiting.started(), next.started()]).toEqual([false, true]);
  });

  it('leaves no listener on the signal of a request that had to wait', async () => {
    const limiter = createLimiter({ concurrency: 1, requestsPerSecond: undefined }, createFakeClock());
    const { signal, listeners } = countedSignal();
    await Promise.all([1, 2, 3].map(() => limiter.run(() => settle(1), signal)));
    expect(listeners()).toBe(0);
  });
});

describe('requestsPerSecond', () => {
  it('spaces starts evenly, without a burst after a pause', async () => {
    const clock = createFakeClock();
    const limiter = createLimiter({ concurrency: 10, requestsPerSecond: 4 }, clock);
    const begin = clock.now();
    const starts: number[] = [];
    const start = (): Promise<number> => Promise.resolve(starts.push(clock.now() - begin));
    const early = [1, 2, 3].map(() => limiter.run(start, never));
    await clock.advance(10_000);
    const late = [1, 2, 3].map(() => limiter.run(start, never));
    await clock.advance(10_000);
    await Promise.all([...early, ...late]);
    expect(starts).toEqual([0, 250, 500, 10_000, 10_250, 10_500]);
  });

  it('a request that is aborted while waiting does not use a turn', async () => {
    const clock = createFakeClock();
    const limiter = createLimiter({ concurrency: 10, requestsPerSecond: 1 }, clock);
    await limiter.run(() => Promise.resolve(), never);
    const begin = clock.now();
    const controller = new AbortController();
    const given = [1, 2, 3].map(() => limiter.run(() => Promise.resolve(), controller.signal).catch(String));
    const next = limiter.run(() => Promise.resolve(clock.now() - begin), never);
    await settle();
    controller.abort('enough');
    expect(await Promise.all(given)).toEqual(['enough', 'enough', 'enough']);
    await clock.advance(1000);
    expect(await next).toBe(1000);
  });

  it('an abort while waiting for the pace frees the slot and leaves no timer running', async () => {
    const clock = createFakeClock();
    const limiter = createLimiter({ concurrency: 1, requestsPerSecond: 1 }, clock);
    await limiter.run(() => Promise.resolve(), never);
    const controller = new AbortController();
    const waiting = limiter.run(() => Promise.resolve(), controller.signal);
    await settle();
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    expect(clock.pending).toBe(0);
    const next = limiter.run(() => Promise.resolve('ran'), never);
    await clock.advance(2000);
    expect(await next).toBe('ran');
  });

  it('a task that throws before its first await frees its slot', async () => {
    const limiter = createLimiter({ concurrency: 1, requestsPerSecond: undefined }, createFakeClock());
    const failing = limiter.run(() => {
      throw new Error('at once');
    }, never);
    await expect(failing).rejects.toThrow('at once');
    expect(await limiter.run(() => Promise.resolve('ran'), never)).toBe('ran');
  });
});

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    onAbort(signal, () => {
      reject(signal.reason as Error);
    });
  });
}

describe('throttling', () => {
  const setUp = (concurrency: number) => {
    const limiter = createLimiter({ concurrency, requestsPerSecond: undefined }, createFakeClock());
    const learn = (sign: LoadSign): Promise<void> =>
      limiter.run(
        () => Promise.resolve(),
        never,
        () => sign,
      );
    /** The most of a number of tasks that run at once. */
    const flush = async (count: number): Promise<number> => {
      const tasks = Array.from({ length: count }, openTask);
      const running = tasks.map(({ run }) => limiter.run(run, never, () => 'failed'));
      await settle();
      const atOnce = tasks.filter(({ started }) => started()).length;
      for (const { end } of tasks) end();
      await Promise.all(running);
      return atOnce;
    };
    return { limiter, learn, flush };
  };

  it('halves the requests in flight, once for all that were on their way', async () => {
    const { limiter, flush } = setUp(8);
    const tasks = Array.from({ length: 8 }, openTask);
    const running = tasks.map(({ run }) => limiter.run(run, never, () => 'throttled'));
    await settle();
    for (const { end } of tasks) end();
    await Promise.all(running);
    expect(await flush(20)).toBe(4);
  });

  it('never leaves less than one request, and good responses bring the others back slowly', async () => {
    const { learn, flush } = setUp(3);
    await learn('throttled');
    await learn('throttled');
    expect(await flush(9)).toBe(1);
    for (let responses = 0; responses < 10; responses += 1) await learn('good');
    expect(await flush(9)).toBe(2);
    for (let responses = 0; responses < 1000; responses += 1) await learn('good');
    expect(await flush(9)).toBe(3);
  });

  it('counts a later sign, however many requests were aborted before and after the first one', async () => {
    const { limiter, learn, flush } = setUp(8);
    const controller = new AbortController();
    const { signal } = controller;
    const stuck = Array.from({ length: 7 }, () => limiter.run(() => untilAborted(signal), signal));
    await settle();
    await learn('throttled');
    controller.abort();
    await Promise.allSettled(stuck);
    await learn('throttled');
    expect(await flush(20)).toBe(2);
  });
});

describe('on a runtime that cancels requests', () => {
  it('each request that waits for a slot has a timer of its own, and none is left behind', async () => {
    const clock = createFakeClock();
    const limiter = createLimiter({ concurrency: 1, requestsPerSecond: undefined }, clock);
    const tasks = [openTask(), openTask(), openTask()];
    const runs = tasks.map((task) => limiter.run(task.run, never));
    await settle();
    expect(clock.pending).toBe(2);
    await clock.advance(10_000);
    expect(clock.pending).toBe(2);
    for (const { end } of tasks) end();
    await Promise.all(runs);
    expect(clock.pending).toBe(0);
  });
});
