import { describe, expect, it } from '@jest/globals';
import { shareWork } from '../../../src/core/auth/share-work.ts';
import { settle } from '../../support/fake-clock.ts';

interface Started {
  readonly signal: AbortSignal;
  readonly resolve: (result: string) => void;
  readonly reject: (error: Error) => void;
}

function setUp(abandonable: boolean) {
  const started: Started[] = [];
  const share = shareWork<string>(
    (signal) => {
      return new Promise((resolve, reject) => started.push({ signal, resolve, reject }));
    },
    { abandonable },
  );
  return { share, started };
}

describe('shared work', () => {
  it('runs once for all who ask while it runs, and anew for who asks after', async () => {
    const { share, started } = setUp(false);
    const { signal } = new AbortController();
    const all = Promise.all([share(signal), share(signal)]);
    started[0]?.resolve('one');
    await expect(all).resolves.toEqual(['one', 'one']);
    const next = share(signal);
    started[1]?.resolve('two');
    await expect(next).resolves.toBe('two');
  });

  it('fails for all who wait, and runs anew for who asks after', async () => {
    const { share, started } = setUp(false);
    const { signal } = new AbortController();
    const both = Promise.allSettled([share(signal), share(signal)]);
    started[0]?.reject(new Error('no'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    void share(signal).catch(() => undefined);
    expect(started).toHaveLength(2);
  });

  it('ends the waiting of a caller who aborts, with the reason, and of no other', async () => {
    const { share, started } = setUp(true);
    const controller = new AbortController();
    const reason = new Error('enough');
    const impatient = share(controller.signal);
    const other = share(new AbortController().signal);
    controller.abort(reason);
    await expect(impatient).rejects.toBe(reason);
    expect(started[0]?.signal.aborted).toBe(false);
    started[0]?.resolve('done');
    await expect(other).resolves.toBe('done');
  });

  it('does not start for a caller who has aborted before', async () => {
    const { share, started } = setUp(false);
    await expect(share(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(started).toHaveLength(0);
  });

  it('goes on when nobody waits any more, and serves the next caller, unless it is abandonable', async () => {
    const { share, started } = setUp(false);
    const controller = new AbortController();
    const impatient = share(controller.signal);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    const next = share(new AbortController().signal);
    expect(started).toHaveLength(1);
    started[0]?.resolve('kept');
    await expect(next).resolves.toBe('kept');
  });

  it('is aborted when nobody waits any more if it is abandonable, and the next caller starts anew', async () => {
    const { share, started } = setUp(true);
    const controller = new AbortController();
    const impatient = share(controller.signal);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    expect(started[0]?.signal.aborted).toBe(true);
    const next = share(new AbortController().signal);
    started[0]?.reject(new Error('of no interest any more'));
    started[1]?.resolve('new');
    await expect(next).resolves.toBe('new');
  });

  it('is not aborted after its end', async () => {
    const { share, started } = setUp(true);
    const done = share(new AbortController().signal);
    started[0]?.resolve('done');
    await done;
    await settle();
    expect(started[0]?.signal.aborted).toBe(false);
  });

  it('takes its listeners off a signal that outlives it', async () => {
    const { share, started } = setUp(false);
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
    expect(listeners.size).toBe(1);
    started[0]?.resolve('done');
    await done;
    expect(listeners.size).toBe(0);
  });
});
