import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { StoredAccess, TokenStore } from '../../core/auth/index.ts';
import { type Clock, isFields } from '../../core/http/index.ts';
import { hasCode, withLockFile } from './lock-file.ts';
import { removeFile, replaceFile } from './replace-file.ts';
import { accessOf, parseJson, unreadable } from './stored-access.ts';

/** The options of `createFileTokenStore`. */
export interface FileTokenStoreOptions {
  /**
   * The folder of the files, or a function that returns it when it is first needed. Created with mode 0700 if missing.
   * Default: `$XDG_STATE_HOME/vbc-reports`, or `~/.local/state/vbc-reports`; on Windows `%LOCALAPPDATA%\vbc-reports`.
   */
  folder?: string | (() => string) | undefined;
  /**
   * Whether a login may only be made if its refusal can be recorded; see `TokenStore`. Default: false. Set it for jobs
   * that run unattended.
   */
  required?: boolean | undefined;
  /** For tests. */
  clock?: Clock | undefined;
}

/**
 * Creates a store that keeps tokens and refused logins in files that only the user may read (mode 0600; on Windows, what
 * the folder grants), one for each token URL, client and user, under names that hold only a hash. Processes that share
 * the folder share one login. The files hold tokens, never a password or a client secret.
 *
 * A damaged file counts as missing, with a `warning` event; a refused login that it recorded may then be made once more,
 * which records it again.
 */
export function createFileTokenStore(options: FileTokenStoreOptions = {}): TokenStore {
  const { folder = defaultFolder, required = false, clock } = options;
  const pathOf = (key: string, ending: 'json' | 'lock'): string => {
    if (!/^[\w-]+$/.test(key)) throw new TypeError('A key of the file store must be one word');
    return join(typeof folder === 'string' ? folder : folder(), `${key}.${ending}`);
  };
  return {
    required,
    read: async (key) => readAccess(pathOf(key, 'json')),
    async write(key, access) {
      const path = pathOf(key, 'json');
      await makeFolder(path);
      await (access ? replaceFile(path, serialiseAccess(access)) : removeFile(path));
    },
    async withLock(key, work, signal) {
      const path = pathOf(key, 'lock');
      await makeFolder(path);
      return withLockFile(path, work, { clock, signal });
    },
  };
}

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** Throws if the user has no home, such as the bare user id of a container. */
  readonly home: () => string;
}

/**
 * The folder for state that outlives a process: by the XDG base directory rules, on Windows in the local profile.
 * Throws an `Error` if there is neither a state folder nor a home.
 */
export function defaultFolder(surroundings: Surroundings = currentSurroundings()): string {
  const { environment, platform, home } = surroundings;
  const { XDG_STATE_HOME: stateHome, LOCALAPPDATA: localData } = environment;
  // The XDG rules ignore a relative path.
  if (stateHome !== undefined && isAbsolute(stateHome)) return join(stateHome, 'vbc-reports');
  if (platform === 'win32' && localData !== undefined) return join(localData, 'vbc-reports');
  const folders = platform === 'win32' ? ['AppData', 'Local'] : ['.local', 'state'];
  return join(homeOf(home), ...folders, 'vbc-reports');
}

function homeOf(home: () => string): string {
  try {
    const folder = home();
    if (isAbsolute(folder)) return folder;
  } catch {
    // The system's message would only name a function of the runtime.
  }
  throw new Error('This user has no home folder: set XDG_STATE_HOME to a writable folder');
}

function currentSurroundings(): Surroundings {
  return { environment: process.env, platform: process.platform, home: homedir };
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
}

async function readAccess(path: string): Promise<StoredAccess | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseAccess(text);
}

/** Raised when an older release could misread the file. */
const formatVersion = 1;

function serialiseAccess(access: StoredAccess): string {
  return `${JSON.stringify({ version: formatVersion, ...access }, undefined, 2)}\n`;
}

/** Throws an `Error`, without quoting the file, for anything that `serialiseAccess` does not write. */
function parseAccess(text: string): StoredAccess {
  const file = parseJson(text);
  const access = isFields(file) && file.version === formatVersion ? accessOf(file) : undefined;
  if (access === undefined) throw unreadable('file');
  return access;
}
