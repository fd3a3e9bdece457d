import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredAccess, TokenStore } from '../../core/auth/token-store.ts';
import { systemClock, type Clock } from '../../core/http/clock.ts';
import { isErrorWithCode } from './error-code.ts';
import { defaultFolder } from './default-folder.ts';
import { withLockFile } from './lock-file.ts';
import { parseAccess, serialiseAccess } from './serialise-access.ts';

export interface FileTokenStoreOptions {
  /**
   * Where the files are. Made with mode 0700 if it isn't there. Default: `$XDG_STATE_HOME/vbc-reports`, or
   * `~/.local/state/vbc-reports`; on Windows `%LOCALAPPDATA%\vbc-reports`.
   */
  folder?: string | undefined;
  /** For tests. */
  clock?: Clock | undefined;
}

/**
 * Keeps tokens and refused logins in files that the user alone may read (mode 0600; on Windows, what the folder
 * grants), one for each token URL, client and user, under names that hold only a hash. Processes that share the folder
 * share one login. The files hold tokens, never a password or a client secret.
 *
 * A file that can't be read as what it should be counts as none, with a `warning` event; a refused login that it
 * recorded may then be tried once more, which records it anew.
 */
export function createFileTokenStore(options: FileTokenStoreOptions = {}): TokenStore {
  const { folder = defaultFolder(), clock = systemClock } = options;
  return {
    read: (key) => readAccess(pathOf(folder, key, 'json')),
    async write(key, access) {
      const path = pathOf(folder, key, 'json');
      await makeFolder(folder);
      await (access ? replaceFile(path, serialiseAccess(access)) : rm(path, { force: true }));
    },
    async withLock(key, work) {
      const path = pathOf(folder, key, 'lock');
      await makeFolder(folder);
      return withLockFile(path, work, clock);
    },
  };
}

function pathOf(folder: string, key: string, ending: string): string {
  if (!/^[\w-]+$/.test(key)) throw new TypeError('A key of the file store is a word');
  return join(folder, `${key}.${ending}`);
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

async function readAccess(path: string): Promise<StoredAccess | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrorWithCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseAccess(text);
}

/** Written beside and renamed, so that a reader or a crash never meets half a file. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      // Else a power cut may leave the new name with the content not yet on the disk, and the brake lost.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
