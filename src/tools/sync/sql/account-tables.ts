import packageJson from '../../../../package.json' with { type: 'json' };
import type { TimeWindow } from '../../../index.ts';
import type { Coverage, CoverageChange } from '../coverage.ts';
import type { Changes, Replacement, RunRecord, StoreAccount } from '../store.ts';
import type { Column } from './columns.ts';
import {
  type Dialect,
  identifier,
  inTransaction,
  type SqlConnection,
  type SqlRow,
  type SqlValue,
} from './connection.ts';
import { dateOf, inWindow, readCoverage, time } from './stored-calls.ts';

export interface AccountTablesOptions {
  readonly connection: SqlConnection;
  readonly dialect: Dialect;
  /** The columns of fields, as `openTables` returned them. */
  readonly columns: readonly Column[];
  readonly account: StoreAccount;
}

/** The calls that start in a window and are not marked as no longer listed. */
const stillListed = `from calls where ${inWindow} and unlisted_since is null`;

/**
 * The rows of one account in the tables. Calls are staged in a temporary table `staged` first: it has the columns of
 * `stagedColumns`, and `writeStaged` moves its rows to `calls`.
 */
export class AccountTables {
  readonly #connection: SqlConnection;
  readonly #dialect: Dialect;
  readonly #account: StoreAccount;
  /** The columns that hold a call, quoted: those of its fields, and `extra`. */
  readonly #contents: readonly string[];

  constructor({ connection, dialect, columns, account }: AccountTablesOptions) {
    this.#connection = connection;
    this.#dialect = dialect;
    this.#account = account;
    this.#contents = [...columns.map(({ name }) => identifier(name)), 'extra'];
  }

  /** Registers the account, and closes the records of runs whose process was killed. Call it once the lock is held. */
  async begin(): Promise<void> {
    await inTransaction(this.#connection, async () => {
      await this.register();
      await this.#run(`update sync_runs set outcome = 'interrupted' where account_id = $1 and outcome = 'running'`);
    });
  }

  /** Registers the account, with its zone. The caller has begun a transaction. */
  async register(): Promise<void> {
    const { timeZone } = this.#account;
    if ((await this.#rows('select 1 from sync_accounts where id = $1')).length === 0) {
      // Another worker may do the same.
      const insert = `insert into sync_accounts (id, time_zone) values ($1, $2) ${this.#dialect.orNothing}`;
      await this.#run(insert, timeZone);
    }
    await this.#run('update sync_accounts set time_zone = $2 where id = $1 and time_zone <> $2', timeZone);
  }

  async coverage(): Promise<Coverage> {
    return await readCoverage(this.#connection, this.#account.id);
  }

  /**
   * Changes what is known. The caller has begun a transaction. Until it ends, nobody else changes it: several workers may
   * write to different windows of an account.
   */
  async save(change: CoverageChange): Promise<void> {
    await this.#rows(`select 1 from sync_accounts where id = $1 ${this.#dialect.rowLock}`);
    const coverage = change(await this.coverage());
    await this.#run('delete from sync_windows where account_id = $1');
    for (const { from, to, agreedAt, settled, wasSettled } of coverage) {
      await this.#run(
        `insert into sync_windows (account_id, window_from, window_to, agreed_at, settled, was_settled)
          values ($1, ${time(2)}, ${time(3)}, ${time(4)}, $5, $6)`,
        ...[from.toISOString(), to.toISOString(), agreedAt?.toISOString() ?? null, settled, wasSettled],
      );
    }
  }

  async count({ from, to }: TimeWindow): Promise<number> {
    const [row] = await this.#rows(`select count(*) as calls ${stillListed}`, from.toISOString(), to.toISOString());
    return Number(row?.calls);
  }

  async median(window: TimeWindow): Promise<Date | undefined> {
    const middle = Math.floor((await this.count(window)) / 2);
    const query = `select "start" ${stillListed} order by "start" limit 1 offset ${middle}`;
    const [row] = await this.#rows(query, window.from.toISOString(), window.to.toISOString());
    return row && dateOf(row, 'start');
  }

  async record(run: RunRecord): Promise<void> {
    const values = {
      started_at: run.startedAt.toISOString(),
      ended_at: run.endedAt?.toISOString() ?? null,
      settled_until: run.settledUntil?.toISOString() ?? null,
      mode: run.mode,
      outcome: run.outcome,
      problem: run.problem ?? null,
      requests: run.requests,
      added: run.added,
      changed: run.changed,
      deleted: run.deleted,
      unlisted: run.unlisted,
      program_version: packageJson.version,
    };
    const names = Object.keys(values);
    const places = names.map((_name, place) => (place < 3 ? time(place + 2) : `$${place + 2}`));
    await inTransaction(this.#connection, async () => {
      await this.#run(`delete from sync_runs where account_id = $1 and started_at = ${time(2)}`, values.started_at);
      await this.#run(
        `insert into sync_runs (account_id, ${names.join(', ')}) values ($1, ${places.join(', ')})`,
        ...Object.values(values),
      );
    });
  }

  /**
   * Writes the staged calls to their window, and saves the coverage. The caller has begun a transaction.
   *
   * @throws RangeError a staged call is outside the window
   */
  async writeStaged({ window, absent, coverage, at }: Replacement): Promise<Changes> {
    const bounds = [window.from.toISOString(), window.to.toISOString()];
    const outside = `select 1 from staged where ("start" >= ${time(1)} and "start" < ${time(2)}) is not true limit 1`;
    if ((await this.#connection.rows(outside, bounds)).length > 0) {
      throw new RangeError('a staged call is outside its window');
    }
    await this.#numberCopies(bounds);
    const changes = await this.#replace(bounds, absent, at);
    // Last, because others wait from here on until the transaction has ended.
    await this.save(coverage);
    return changes;
  }

  async #replace(bounds: readonly string[], absent: Replacement['absent'], at: Date): Promise<Changes> {
    const [stored] = await this.#rows(`select 1 from calls where ${inWindow} limit 1`, ...bounds);
    if (stored === undefined) return { ...noChanges, added: await this.#insertStaged(at) };
    const gone = absent === 'keep' ? 0 : await this.#removeAbsent(absent, bounds, at);
    const changed = await this.#updateChanged(at);
    const added = await this.#insertStaged(at, `where not exists (select 1 from calls c where ${sameKey})`);
    return { added, changed, deleted: absent === 'delete' ? gone : 0, unlisted: absent === 'mark' ? gone : 0 };
  }

  async #removeAbsent(absent: 'delete' | 'mark', bounds: readonly string[], at: Date): Promise<number> {
    const absentCalls = `${inWindow} and not exists (select 1 from staged s where ${sameCall})`;
    if (absent === 'delete') return await this.#run(`delete from calls c where ${absentCalls}`, ...bounds);
    return await this.#run(
      `update calls as c set unlisted_since = ${time(4)} where ${absentCalls} and unlisted_since is null`,
      ...[...bounds, at.toISOString()],
    );
  }

  /** A call that is listed again counts as changed. */
  async #updateChanged(at: Date): Promise<number> {
    const sets = [...this.#contents.map((name) => `${name} = s.${name}`), `synced_at = ${time(2)}`];
    return await this.#run(
      `update calls as c set ${sets.join(', ')}, unlisted_since = null from staged s
        where ${sameKey} and (c.unlisted_since is not null or ${this.#differs('c', 's')})`,
      at.toISOString(),
    );
  }

  async #insertStaged(at: Date, condition = ''): Promise<number> {
    const contents = this.#contents.join(', ');
    return await this.#run(
      `insert into calls (account_id, ${contents}, copy, synced_at)
        select $1, ${contents}, copy, ${time(2)} from staged s ${condition}`,
      at.toISOString(),
    );
  }

  /**
   * Drops duplicates among the staged calls, and numbers calls that share id and start but differ otherwise. A call
   * that the store already has keeps its number, so that no call overwrites a different one.
   */
  async #numberCopies(bounds: readonly string[]): Promise<void> {
    const staged = await this.#connection.rows('select 1 from staged group by id, "start" having count(*) > 1 limit 1');
    const [stored] = await this.#rows(`select 1 from calls where ${inWindow} and copy > 0 limit 1`, ...bounds);
    if (staged.length === 0 && stored === undefined) return;
    const { rowId } = this.#dialect;
    const earlier = `t.id = s.id and t."start" = s."start" and t.${rowId} < s.${rowId}`;
    const equal = `not (${this.#differs('t', 's')})`;
    await this.#connection.run(
      `delete from staged as s where exists (select 1 from staged t where ${earlier} and ${equal})`,
    );
    await this.#connection.run(
      `update staged as s set copy = n.place from (
          select ${rowId} as staged_row, row_number() over (partition by id, "start" order by ${rowId}) - 1 as place
            from staged) n
        where n.staged_row = s.${rowId}`,
    );
    const known = `from calls c where c.account_id = $1 and c.id = s.id and c."start" = s."start"`;
    await this.#run(
      `update staged as s set copy = coalesce(
          (select min(c.copy) ${known} and not (${this.#differs('c', 's')})),
          s.copy + 1 + (select coalesce(max(c.copy), -1) ${known}))
        where exists (select 1 from staged t where t.id = s.id and t."start" = s."start" and t.copy > 0)
          or exists (select 1 ${known} and c.copy > 0)`,
    );
  }

  /** A condition: the contents of two calls differ. */
  #differs(one: string, other: string): string {
    return this.#contents.map((name) => `${one}.${name} is distinct from ${other}.${name}`).join(' or ');
  }

  /** Runs a statement whose first parameter is the account. */
  async #run(sql: string, ...values: readonly SqlValue[]): Promise<number> {
    return await this.#connection.run(sql, [this.#account.id, ...values]);
  }

  async #rows(sql: string, ...values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return await this.#connection.rows(sql, [this.#account.id, ...values]);
  }
}

/** The definitions of the columns of the temporary table `staged`. */
export function stagedColumns(columns: readonly Column[], { types }: Dialect): readonly string[] {
  const fields = columns.map(({ name, kind }) => `${identifier(name)} ${types[kind]}`);
  return [...fields, `extra ${types.json}`, 'copy smallint default 0'];
}

const noChanges: Changes = { added: 0, changed: 0, deleted: 0, unlisted: 0 };

const sameCall = 's.id = c.id and s."start" = c."start" and s.copy = c.copy';
const sameKey = `c.account_id = $1 and ${sameCall}`;
