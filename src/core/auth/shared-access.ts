import { safeCause } from '../errors/redact.ts';
import type { Emit } from '../events.ts';
import type { StoredAccess, TokenStore } from './token-store.ts';

/** One key of a store, which never fails: what the store can't keep is kept here, for this client. */
export interface SharedAccess {
  read(): Promise<StoredAccess>;
  write(access: StoredAccess | undefined): Promise<void>;
  withLock<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * A store that fails costs the sharing with other processes, not the run: a warning tells, and the client goes on with
 * what it knows itself, a refused login included.
 */
export function shareAccess(store: TokenStore, keyOf: () => Promise<string>, emit: Emit): SharedAccess {
  let known: StoredAccess | undefined;
  let unsaved = false;

  function warn(what: string, error: unknown): void {
    const message = `The token store ${what}, so this client shares no login with others: ${safeCause(error).message}`;
    emit('warning', { code: 'token-store', message });
  }

  return {
    async read() {
      if (unsaved) return known ?? {};
      try {
        known = await store.read(await keyOf());
      } catch (error) {
        warn('could not be read', error);
      }
      return known ?? {};
    },
    async write(access) {
      known = access;
      unsaved = true;
      try {
        await store.write(await keyOf(), access);
        unsaved = false;
      } catch (error) {
        warn('could not be written', error);
      }
    },
    async withLock<Result>(work: () => Promise<Result>): Promise<Result> {
      let outcome: Promise<Result> | undefined;
      try {
        await store.withLock(await keyOf(), () => (outcome = work()));
      } catch (error) {
        if (outcome === undefined) warn('could not be locked', error);
      }
      return outcome ?? work();
    },
  };
}
