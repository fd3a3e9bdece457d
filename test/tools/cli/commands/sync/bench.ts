import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../../../src/sandbox.ts';
import { queryDuckDB } from '../../../sync/duckdb-place.ts';
import { environmentOf, type Outcome, run, withFolder } from '../../run.ts';

export const dayMs = 86_400_000;

/** A Wednesday, in the afternoon. */
const start = '2025-12-10T15:00:00Z';

/** A sandbox whose clock stands still, and a folder with a store that is brought up to date from it. */
export class SyncBench {
  readonly sandbox: Sandbox;
  readonly folder: string;

  constructor(sandbox: Sandbox, folder: string) {
    this.sandbox = sandbox;
    this.folder = folder;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  get store(): string {
    return this.path('calls.duckdb');
  }

  /** The environment of the job: its settings, and a folder for its state. */
  get env(): Record<string, string> {
    return environmentOf(this.sandbox, this.path('state'));
  }

  async sync(args: readonly string[] = [], given: Parameters<typeof run>[1] = {}): Promise<Outcome> {
    const io = { env: this.env, now: () => this.sandbox.clock.now(), ...given };
    return await run(['sync', '--to', this.store, ...args], io);
  }

  async export(args: readonly string[]): Promise<Outcome> {
    return await run(['export', ...args], { env: this.env, now: () => this.sandbox.clock.now() });
  }

  async rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return await queryDuckDB(this.store, sql);
  }

  /** The number of calls in the store. */
  async stored(): Promise<number> {
    const [row] = await this.rows('select count(*)::int as calls from calls');
    return Number(row?.calls);
  }

  /** Writes an accounts file. Returns its path. */
  async accounts(document: unknown): Promise<string> {
    const path = this.path('accounts.json');
    await writeFile(path, typeof document === 'string' ? document : JSON.stringify(document));
    return path;
  }
}

/** Starts a bench for the tests of a file, with this many calls in a year and all but January in the store. */
export async function startBench(calls: number): Promise<SyncBench> {
  const sandbox = await startSandbox({ from: '2025-01-01', to: '2026-01-01', calls, now: start });
  sandbox.clock.freeze();
  const bench = new SyncBench(sandbox, await mkdtemp(join(tmpdir(), 'vbc-reports-')));
  await bench.sync(['--since', '2025-02-01', '--tz', 'America/New_York']);
  return bench;
}

export async function stopBench({ sandbox, folder }: SyncBench): Promise<void> {
  await sandbox.stop();
  await rm(folder, { recursive: true });
}

/** Gives work a sandbox with the calls of a year up to a Wednesday in December, and a folder. */
export async function withBench(
  work: (bench: SyncBench) => Promise<void>,
  options: SandboxOptions = {},
): Promise<void> {
  await using sandbox = await startSandbox({
    from: '2025-01-01',
    to: '2026-01-01',
    calls: 800,
    now: start,
    ...options,
  });
  sandbox.clock.freeze();
  await withFolder((folder) => work(new SyncBench(sandbox, folder)));
}

/** The lines of JSON that a run has printed. */
export function eventsIn({ stdout }: Outcome): readonly Readonly<Record<string, unknown>>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
