import { randomUUID } from 'node:crypto';
import { link, readFile, readlink, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
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

/** A holder shows this often that it lives. A process id alone does not: ids are used again, and containers have their own. */
const refreshEveryMs = 15_000;

/** A holder that has not shown up for so long is dead: it missed eight times. */
const deadAfterMs = 120_000;

/** Takes the lock file. Throws a `ConfigurationError` if another process holds it; that of a dead one is taken over. */
export async function acquireLock(path: string, what: string): Promise<Lock> {
  const own = JSON.stringify({ host: await hostName(), pid: process.pid, id: randomUUID() });
  if (!(await create(path, own)) && !((await removeStale(path)) && (await create(path, own)))) {
    throw await heldError(path, what);
  }
  const timer = setInterval(() => {
    utimes(path, new Date(), new Date()).catch(() => undefined);
  }, refreshEveryMs);
  timer.unref();
  const isHeld = async (): Promise<boolean> => (await readFile(path, 'utf8').catch(() => undefined)) === own;
  return {
    isHeld,
    async release() {
      clearInterval(timer);
      if (await isHeld()) await unlink(path).catch(() => undefined);
    },
  };
}

/** With the namespace of process ids, which Linux names: containers of one host name do not see each other's processes. */
async function hostName(): Promise<string> {
  return `${hostname()} ${await readlink('/proc/self/ns/pid').catch(() => '')}`.trim();
}

/** Makes the lock file with its content in one step, and tells whether it did: a process may be killed at any time. */
async function create(path: string, content: string): Promise<boolean> {
  const ready = `${path}.${randomUUID()}`;
  try {
    await writeFile(ready, content, { flag: 'wx' });
    await link(ready, path).catch(async (error: unknown) => {
      // Some file systems have no hard links.
      if (systemErrorCode(error) === 'EEXIST') throw error;
      await writeFile(path, content, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(ready).catch(() => undefined);
  }
}

/** Removes the lock of a dead process, and tells whether it did. */
async function removeStale(path: string): Promise<boolean> {
  const content = await readFile(path, 'utf8').catch(() => '');
  const age = await stat(path).then(
    ({ mtimeMs }) => Math.abs(Date.now() - mtimeMs),
    () => 0,
  );
  if (age < deadAfterMs && !(await isDead(content))) return false;
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  // Between reading and renaming, another process may have put its own lock there.
  const taken = await readFile(aside, 'utf8').catch(() => undefined);
  if (taken !== undefined && taken !== content) await rename(aside, path).catch(() => undefined);
  else await unlink(aside).catch(() => undefined);
  return taken === content;
}

/** Whether the holder is a process of this computer that has ended. */
async function isDead(content: string): Promise<boolean> {
  const { host, pid } = holderOf(content);
  if (pid === undefined || host !== (await hostName())) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return systemErrorCode(error) === 'ESRCH';
  }
}

function holderOf(content: string): { host?: string; pid?: number } {
  try {
    const { host, pid } = Object(JSON.parse(content)) as Record<string, unknown>;
    return typeof host === 'string' && Number.isSafeInteger(pid) && Number(pid) > 0 ? { host, pid: Number(pid) } : {};
  } catch {
    return {};
  }
}

async function heldError(path: string, what: string): Promise<ConfigurationError> {
  const { host, pid } = holderOf(await readFile(path, 'utf8').catch(() => ''));
  const holder = pid === undefined ? '' : ` (process ${pid} on ${host?.split(' ')[0] ?? 'another computer'})`;
  return new ConfigurationError(`Another export to ${what} is running${holder}`, {
    hint: `Wait for it to end. If you are sure that it is not running, delete ${path}.`,
  });
}
