import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Clock } from '../../core/http/clock.ts';
import { wait } from '../../core/http/clock.ts';
import { isErrorWithCode } from './error-code.ts';

/** How often one who waits looks again, in milliseconds. */
const pollMs = 50;

/** How often a holder says that it is alive, in milliseconds. */
const heartbeatMs = 5_000;

/** A lock whose holder has been silent for as long, in milliseconds, is stale; several heartbeats, for a busy machine. */
const staleAfterMs = 30_000;

/** Runs `work` while this process alone holds the lock file: one that only its maker can make (`O_EXCL`). */
export async function withLockFile<Result>(path: string, work: () => Promise<Result>, clock: Clock): Promise<Result> {
  const holder = describeHolder();
  const { signal } = new AbortController();
  while (!(await create(path, holder, clock))) {
    if (!(await removeStale(path, clock))) await wait(clock, pollMs, signal);
  }
  const stopHeartbeat = startHeartbeat(path, clock);
  try {
    return await work();
  } finally {
    stopHeartbeat();
    // Another process may have taken it over, if this one was stopped for long.
    if ((await look(path))?.holder === holder) await rm(path, { force: true });
  }
}

/** Who holds a lock: process, machine, and which of the process's own holders. */
function describeHolder(): string {
  return `${process.pid} ${hostname()} ${randomUUID()}`;
}

/** Whether the file was made; false if it is there already. */
async function create(path: string, holder: string, clock: Clock): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(holder);
      await file.utimes(clock.now() / 1000, clock.now() / 1000);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (isErrorWithCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function startHeartbeat(path: string, clock: Clock): () => void {
  let cancel = clock.after(heartbeatMs, beat);
  function beat(): void {
    // A lock that was taken from us has no more need of it.
    utimes(path, clock.now() / 1000, clock.now() / 1000).catch(() => undefined);
    cancel = clock.after(heartbeatMs, beat);
  }
  return () => {
    cancel();
  };
}

interface Lock {
  readonly holder: string;
  readonly seenAliveAt: number;
}

async function look(path: string): Promise<Lock | undefined> {
  try {
    const [holder, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { holder, seenAliveAt: mtimeMs };
  } catch (error) {
    if (isErrorWithCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * Removes the lock if its holder is gone; whether it is worth trying for the lock at once. A second lock guards the
 * removal: without it, of two processes that see the same stale lock, the slower would remove the quicker's new one.
 */
async function removeStale(path: string, clock: Clock): Promise<boolean> {
  const seen = await look(path);
  if (!seen) return true;
  if (!isStale(seen, clock)) return false;
  const guard = `${path}.takeover`;
  if (!(await create(guard, describeHolder(), clock))) return removeOrphan(guard, clock);
  try {
    const again = await look(path);
    if (again && isStale(again, clock)) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
  return true;
}

/** A guard is held for milliseconds; one that is old belonged to a process that died inside. */
async function removeOrphan(guard: string, clock: Clock): Promise<false> {
  const seen = await look(guard);
  if (seen && clock.now() - seen.seenAliveAt > staleAfterMs) await rm(guard, { force: true });
  return false;
}

function isStale({ holder, seenAliveAt }: Lock, clock: Clock): boolean {
  return clock.now() - seenAliveAt > staleAfterMs || isOfDeadProcess(holder);
}

/** Only for this machine's processes; of others, and of a file that isn't written yet, only the age can tell. */
function isOfDeadProcess(holder: string): boolean {
  const [pid, host] = holder.split(' ');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // EPERM: it lives, as another user's.
    return isErrorWithCode(error, 'ESRCH');
  }
}
