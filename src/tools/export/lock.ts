import { randomUUID } from 'node:crypto';
import { readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { ConfigurationError } from '../../core/errors/index.ts';
import { systemErrorCode } from './output-error.ts';

/** Holds a folder for one process. */
export interface Lock {
  /** False if another process took the lock over because this one seemed dead, or if the lock was removed. */
  isHeld(): Promise<boolean>;
  /** Never rejects. */
  release(): Promise<void>;
}

/**
 * The time between two signs of life of a holder. A process id is not enough: ids are reused, and containers have their
 * own.
 */
const refreshEveryMs = 15_000;

/** A holder without a sign of life for this long is taken for dead: it has missed eight. */
const deadAfterMs = 120_000;

/**
 * Takes the lock file; that of a dead process is taken over. Two processes may take over the same lock at once: the
 * loser learns of it from `isHeld` before it has added anything. Throws a `ConfigurationError` if another one holds it.
 */
export async function acquireLock(path: string, what: string): Promise<Lock> {
  const host = `${hostname()} ${await readlink('/proc/self/ns/pid').catch(() => '')}`.trim();
  const own = JSON.stringify({ host, pid: process.pid, id: randomUUID() });
  const read = (): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const write = (): Promise<void> => writeFile(path, own, { flag: 'wx' });
  await write().catch(async (error: unknown) => {
    if (systemErrorCode(error) !== 'EEXIST') {
      // On a full disk the file is created, but without its content.
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
    const age = Math.abs(Date.now() - mtimeMs);
    if (age < deadAfterMs && !isDead(await read(), host)) throw heldError(path, what);
    await rm(path, { force: true });
    await write().catch(() => Promise.reject(heldError(path, what)));
  });
  const timer = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), refreshEveryMs);
  timer.unref();
  const isHeld = async (): Promise<boolean> => (await read()) === own;
  return {
    isHeld,
    async release() {
      clearInterval(timer);
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

/** Returns true if the holder is a process of this computer that has ended, or was killed while it wrote the lock. */
function isDead(content: string, ownHost: string): boolean {
  try {
    const { host, pid } = JSON.parse(content) as { host: unknown; pid: unknown };
    if (host === ownHost) process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof SyntaxError || systemErrorCode(error) === 'ESRCH';
  }
}

function heldError(path: string, what: string): ConfigurationError {
  return new ConfigurationError(`Another export to ${what} is running`, {
    hint: `Wait for it to end. If you are sure that none is running, delete ${path}.`,
  });
}
