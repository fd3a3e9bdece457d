import type { AuthOption, ReportsClient, TokenStore } from '../../../../index.ts';
import { createPostgresStore } from '../../../sync/index.ts';
import { createPostgresTokenStore } from '../../../token-store/postgres-token-store.ts';
import { createRequestBudget, type RequestBudget, type WorkerAccount, WorkerMetrics } from '../../../worker/index.ts';
import { type Connection, createClient } from '../../connection.ts';
import type { CliIo, Reporter } from '../../terminal/reporter.ts';
import { type AccountSource, createAccountSource, type SyncAccount } from '../sync/sync-account.ts';
import type { ConnectionFlags } from '../../flags.ts';

/** The flags that say which accounts, and how to connect to them. */
export interface AccountFlags extends ConnectionFlags {
  readonly accounts?: string;
  readonly tz?: string;
}

/** Accounts are looked up in the file again after this time, in milliseconds. */
const fileAgeMs = 60_000;
/** So many clients are kept, with their tokens. */
const mostClients = 5_000;

/** The accounts of a worker, with their clients: each is made when its first job comes. */
export class AccountClients {
  readonly metrics = new WorkerMetrics();
  readonly #url: string;
  readonly #flags: AccountFlags;
  readonly #io: CliIo;
  readonly #reporter: Reporter;
  readonly #source: AccountSource;
  readonly #budget: RequestBudget | undefined;
  readonly #clients = new Map<string, Promise<{ readonly account: WorkerAccount; readonly connection: Connection }>>();
  #listed: ReadonlyMap<string, SyncAccount> = new Map();
  #listedAtMs = -Infinity;
  readonly #wasReset = new Set<string>();

  constructor(url: string, flags: AccountFlags, io: CliIo, reporter: Reporter) {
    [this.#url, this.#flags, this.#io, this.#reporter] = [url, flags, io, reporter];
    this.#source = createAccountSource(flags, io, createTokenStores(url));
    const { requestsPerSecond } = flags;
    this.#budget = requestsPerSecond === undefined ? undefined : createRequestBudget(url, { requestsPerSecond });
  }

  /** Whether the calls are those of sandboxes. */
  get isInvented(): boolean {
    return this.#flags.sandbox === true;
  }

  /** Reads the file. */
  async accountIds(): Promise<readonly string[]> {
    await this.#readFile();
    return this.knownIds;
  }

  /** The ids of the accounts, as the file was last read. */
  get knownIds(): readonly string[] {
    return [...this.#listed.keys()];
  }

  async accountOf(id: string): Promise<WorkerAccount | undefined> {
    const isOld = this.#io.now().getTime() - this.#listedAtMs > fileAgeMs;
    if (isOld || !this.#listed.has(id)) await this.#readFile();
    const listed = this.#listed.get(id);
    if (listed === undefined) return undefined;
    const known = this.#clients.get(id) ?? this.#connect(listed);
    this.#clients.set(id, known);
    if (this.#clients.size > mostClients) this.forget([...this.#clients.keys()][0]);
    try {
      return { ...(await known).account, timeZone: listed.timeZone };
    } catch (error) {
      this.#clients.delete(id);
      throw error;
    }
  }

  /** The next job of the account reads its credentials again. */
  forget(id: string | undefined): void {
    if (id === undefined) return;
    const known = this.#clients.get(id);
    this.#clients.delete(id);
    void known?.then(({ connection }) => connection.close()).catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const known of this.#clients.values())
      await known.then(({ connection }) => connection.close()).catch(() => undefined);
    await this.#budget?.close();
    await this.#source.close();
  }

  async #readFile(): Promise<void> {
    const store = createPostgresStore(this.#url);
    try {
      // Where the database is away, the zones that it knows are not needed to tell what is wrong with the file.
      const accounts = await this.#source.accounts(this.#flags.tz, store);
      this.#listed = new Map(accounts.map((account) => [account.id, account]));
      this.#listedAtMs = this.#io.now().getTime();
    } finally {
      await store.close();
    }
  }

  async #connect(listed: SyncAccount): Promise<{ account: WorkerAccount; connection: Connection }> {
    const { id, timeZone } = listed;
    const connection = await listed.connect((message) => {
      this.#reporter.warn(`${id}: ${message}`);
    });
    const { pageSize, requestsPerSecond: _budget, ...pace } = this.#flags;
    const fetch = this.#budget?.fetch(id, connection.options.fetch) ?? connection.options.fetch;
    const options = { ...connection.options, fetch };
    const never = new AbortController().signal;
    const client = createClient({ ...connection, options }, pace, never, this.metrics.handlers);
    await this.#resetOnce(id, client);
    return { account: { id, timeZone, client, pageSize }, connection };
  }

  /** A login that is refused again must stay recorded: `--reset-login` is for the first client of an account. */
  async #resetOnce(id: string, client: ReportsClient): Promise<void> {
    if (this.#flags.resetLogin !== true || this.#wasReset.has(id)) return;
    this.#wasReset.add(id);
    await client.auth.reset();
  }
}

/** Returns the store of a user's tokens. Accounts with the same credentials share it: it derives a key from them. */
function createTokenStores(url: string): (auth: AuthOption) => TokenStore | undefined {
  const stores = new Map<string, TokenStore>();
  return (auth) => {
    if (typeof auth !== 'object') return undefined;
    const key = JSON.stringify(auth);
    const store = stores.get(key) ?? createPostgresTokenStore(url, { credentials: auth, required: true });
    stores.set(key, store);
    return store;
  };
}
