import { describe, expect, it } from '@jest/globals';
import { singleFlight, type Flight } from '../../../src/core/auth/single-flight.ts';
import { settle } from '../../support/fake-clock.ts';

interface Started {
  readonly flight: Flight;
  readonly resolve: (result: string) => void;
  readonly reject: (error: Error) => void;
}

function setUp() {
  const started: Started[] = [];
  const share = singleFlight<string>(
    (flight) => new Promise((resolve, reject) => started.push({ flight, resolve, reject })),
  );
  return { share, started };
}

const patient = (): AbortSignal => new AbortController().signal;

/** A caller that leaves after the work has begun. */
async function leave(share: (signal: AbortSignal) => Promise<string>): Promise<void> {
  const controller = new AbortController();
  const impatient = share(controller.signal);
  await settle();
  controller.abort(new Error('enough'));
  await expect(impatient).rejects.toThrow('enough');
}

describe('a single flight', () => {
  it('runs once for all who ask while it runs, and again for a caller who asks later', async () => {
    const { share, started } = setUp();
    const all = Promise.all([share(patient()), share(patient())]);
    await settle();
    started[0]?.resolve('one');
    await expect(all).resolves.toEqual(['one', 'one']);
    const next = share(patient());
    await settle();
    started[1]?.resolve('two');
    await expect(next).resolves.toBe('two');
  });

  it('fails for all who wait, and runs again for a caller who asks later', async () => {
    const { share, started } = setUp();
    const both = Promise.allSettled([share(patient()), share(patient())]);
    await settle();
    started[0]?.reject(new Error('no'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    void share(patient()).catch(() => undefined);
    await settle();
    expect(started).toHaveLength(2);
  });

  it('ends the waiting of a caller who aborts, with the reason, and of no other', async () => {
    const { share, started } = setUp();
    const controller = new AbortController();
    const reason = new Error('enough');
    const impatient = share(controller.signal);
    const other = share(patient());
    controller.abort(reason);
    await expect(impatient).rejects.toBe(reason);
    expect(started[0]?.flight.signal.aborted).toBe(false);
    started[0]?.resolve('done');
    await expect(other).resolves.toBe('done');
  });

  it('does not start for a caller who has aborted before', async () => {
    const { share, started } = setUp();
    await expect(share(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    await settle();
    expect(started).toHaveLength(0);
  });

  it('is aborted when the last caller leaves, and the next caller starts over', async () => {
    const { share, started } = setUp();
    await leave(share);
    expect(started[0]?.flight.signal.aborted).toBe(true);
    const next = share(patient());
    await settle();
    started[0]?.reject(new Error('of no interest any more'));
    started[1]?.resolve('new');
    await expect(next).resolves.toBe('new');
  });

  it('continues a protected step when the last caller leaves, and serves the next caller', async () => {
    const steps: ((result: string) => void)[] = [];
    const share = singleFlight<string>((flight) => flight.protect(() => new Promise((resolve) => steps.push(resolve))));
    await leave(share);
    const next = share(patient());
    await settle();
    expect(steps).toHaveLength(1);
    steps[0]?.('kept');
    await expect(next).resolves.toBe('kept');
  });

  it('is aborted after its protected step if no caller waits by then', async () => {
    const signals: AbortSignal[] = [];
    let finish: () => void = () => undefined;
    const share = singleFlight<string>(async (flight) => {
      signals.push(flight.signal);
      await flight.protect(() => new Promise<void>((resolve) => (finish = resolve)));
      flight.signal.throwIfAborted();
      return 'done';
    });
    await leave(share);
    expect(signals[0]?.aborted).toBe(false);
    finish();
    await settle();
    expect(signals[0]?.aborted).toBe(true);
  });

  it('is not aborted after its end', async () => {
    const { share, started } = setUp();
    const done = share(patient());
    await settle();
    started[0]?.resolve('done');
    await done;
    await settle();
    expect(started[0]?.flight.signal.aborted).toBe(false);
  });

  it('takes its listeners off a signal that outlives it', async () => {
    const { share, started } = setUp();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: () => void) => {
      listeners.add(listener);
      add(type, listener);
    };
    signal.removeEventListener = (type: string, listener: () => void) => {
      listeners.delete(listener);
      remove(type, listener);
    };
    const done = share(signal);
    await settle();
    expect(listeners.size).toBe(1);
    started[0]?.resolve('done');
    await done;
    expect(listeners.size).toBe(0);
  });
});
