import type { SyncProgress } from '../../../sync/index.ts';
import type { Reporter } from '../../terminal/reporter.ts';
import { counted } from '../../terminal/text.ts';
import type { SyncAccount } from './sync-account.ts';

/** Shows the progress of a run: one bar for all its accounts, and events for programs. */
export interface SyncProgressDisplay {
  update(account: SyncAccount, progress: SyncProgress): void;
  ended(account: SyncAccount): void;
}

/** The interval between progress events of an account: about a second. */
const eventEveryMs = 1000;

export function createSyncProgress(reporter: Reporter, accounts: number, elapsedMs: () => number): SyncProgressDisplay {
  const latest = new Map<string, SyncProgress>();
  const toldAtMs = new Map<string, number>();
  let ended = 0;

  function show(): void {
    const { requests, callsRead, callsToRead } = sumOf([...latest.values()]);
    const label = [
      ...(accounts === 1 ? [] : [`${ended} of ${counted(accounts, 'account')}`]),
      counted(requests, 'request'),
    ].join(', ');
    const totalItems = callsToRead === 0 ? undefined : callsToRead;
    reporter.progress.update({ calls: callsRead, totalItems, elapsedMs: elapsedMs(), label });
  }

  return {
    update({ id }, progress) {
      latest.set(id, progress);
      show();
      if (elapsedMs() - (toldAtMs.get(id) ?? -Infinity) < eventEveryMs) return;
      toldAtMs.set(id, elapsedMs());
      reporter.json({ event: 'progress', account: id, ...progress });
    },
    ended() {
      ended += 1;
    },
  };
}

function sumOf(all: readonly SyncProgress[]): Omit<SyncProgress, 'phase'> {
  return {
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    callsRead: all.reduce((sum, { callsRead }) => sum + callsRead, 0),
    callsToRead: all.reduce((sum, { callsToRead }) => sum + callsToRead, 0),
  };
}
