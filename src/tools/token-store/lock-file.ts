import { randomUUID } from 'node:crypto';
import { lstat, open, readFile, readlink, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemClock, wait, type Clock } from '../../core/http/index.ts';

/** The interval at which a waiting process looks at the lock, in milliseconds. */
const pollMs = 50;

/** The interval at which the holder gives a sign of life, in milliseconds. */
const heartbeatMs = 5_000;

/** A lock without a sign of life for this long, in milliseconds, is stale: several heartbeats, for a busy machine. */
export const staleAfterMs = 30_000;

export interface LockFileOptions {
  /** Ends the wait for the lock, with its reason. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Runs `work` while this process alone holds the lock file, which only one process can create (`O_EXCL`).
 *
 * The lock of a process that has died is taken over: at once if this process can tell that it has died, otherwise when
 * the file has not changed for 30 seconds. A waiting process counts these seconds itself and never compares the file's
 * time with its own clock. So a wrong clock, a time in the future, an empty file and a symbolic link to nowhere all
 * cost 30 seconds, and a live lock is never taken for a stale one because a clock was set.
 */
export async function withLockFile<Result>(
  path: string,
  work: () => Promise<Result>,
  { clock = systemClock, signal = new AbortController().signal }: LockFileOptions = {},
): Promise<Result> {
  const holder = `${process.pid} ${await processSpace()} ${randomUUID()}`;
  await acquire(path, holder, clock, signal);
  // A waiting process watches the file's time.
  const stopHeartbeat = startHeartbeat(clock, () => utimes(path, clock.now() / 1000, clock.now() / 1000));
  try {
    return await work();
  } finally {
    stopHeartbeat();
    // Another process may have taken the lock over if this one was suspended for a long time.
    if ((await look(path))?.holder === holder) await rm(path, { force: true });
  }
}

async function acquire(path: string, holder: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const ownSpace = await processSpace();
  let seen: Lock | undefined;
  let unchangedMs = 0;
  signal.throwIfAborted();
  while (!(await create(path, holder))) {
    const lock = await look(path);
    unchangedMs = lock && isSame(lock, seen) ? unchangedMs + pollMs : 0;
    seen = lock;
    const stale = lock && (unchangedMs >= staleAfterMs || isOfDeadProcess(lock.holder, ownSpace));
    if (!stale || !(await removeStale(path, lock, unchangedMs))) await wait(clock, pollMs, signal);
  }
}

/** Creates the file; returns false if there is one already. */
async function create(path: string, holder: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (hasCode(error, 'EEXIST')) return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    await file.writeFile(holder);
  } catch (error) {
    // On a full disk the file is created without its content, and the empty file would keep every process waiting.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return true;
}

/** Gives a sign of life at intervals. Returns a function that ends it. */
export function startHeartbeat(clock: Clock, signOfLife: () => Promise<unknown>): () => void {
  let cancel = clock.after(heartbeatMs, beat);
  function beat(): void {
    // A lock that another process has taken over needs no sign of life.
    signOfLife().catch(() => undefined);
    cancel = clock.after(heartbeatMs, beat);
  }
  return () => {
    cancel();
  };
}

interface Lock {
  /** Empty if the file cannot be read yet, or is a link to nowhere. */
  readonly holder: string;
  readonly changedAtMs: number;
}

/** Returns the lock; undefined if there is none. */
async function look(path: string): Promise<Lock | undefined> {
  try {
    // Opened first: a network file system brings the time of a file up to date when it is opened.
    const holder = await readFile(path, 'utf8').catch(emptyIfMissing);
    const { mtimeMs } = await lstat(path);
    return { holder, changedAtMs: mtimeMs };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function emptyIfMissing(error: unknown): string {
  if (hasCode(error, 'ENOENT')) return '';
  throw error;
}

function isSame(lock: Lock, other: Lock | undefined): boolean {
  return lock.holder === other?.holder && lock.changedAtMs === other.changedAtMs;
}

/**
 * Removes a stale lock. Returns whether this process removed it. A second file guards the removal: without it, of two
 * processes that see the same stale lock, the slower would remove the new lock of the quicker one. The guard exists for
 * milliseconds. If the lock stays stale for another 30 seconds, a process died while it held the guard, and the guard
 * is removed.
 */
async function removeStale(path: string, stale: Lock, unchangedMs: number): Promise<boolean> {
  const guard = `${path}.takeover`;
  if (unchangedMs >= 2 * staleAfterMs) await rm(guard, { force: true });
  if (!(await create(guard, ''))) return false;
  try {
    const lock = await look(path);
    if (lock && isSame(lock, stale)) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
  return true;
}

/**
 * Names the set of processes whose ids this process can check. Containers may share a host name and a folder but not
 * their process ids, so on Linux the name includes the kernel's boot id and the namespace of the process ids.
 */
export async function processSpace(): Promise<string> {
  const parts = [hostname()];
  if (process.platform === 'linux') {
    const unknown = (): string => randomUUID();
    parts.push((await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(unknown)).trim());
    parts.push(await readlink('/proc/self/ns/pid').catch(unknown));
  }
  return parts.join('/').replaceAll(/\s/g, '_');
}

/**
 * Returns whether a process has died; false if this process cannot tell. `holder`: the process's id, a space, its
 * `processSpace`.
 */
export function isOfDeadProcess(holder: string, ownSpace: string): boolean {
  const [pid, space] = holder.split(' ');
  if (space !== ownSpace) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // EPERM: the process is alive and belongs to another user.
    return hasCode(error, 'ESRCH');
  }
}

/** Returns whether an error of the operating system has this code. */
export function hasCode(error: unknown, code: string): boolean {
  // No `instanceof`: a test runner may run this in another realm than Node's own modules.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
