import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createDuckDBStore, createPostgresStore, type Store } from '../../../src/tools/sync/index.ts';
import { queryPostgres, startLocalPostgres } from '../../support/postgres.ts';
import { fixtureAccounts, fixturePath, fixtureRun, writeFixture } from './fixture-contents.ts';

// Writes stores as this version makes them, test/fixtures/layout-N.duckdb.gz and layout-N.postgres.sql:
// `npx tsx test/tools/sync/make-fixture.ts N`. Run once for each layout, by the version that introduces it. What it wrote
// for an earlier layout never changes.

const layout = Number(process.argv[2]);
if (!Number.isSafeInteger(layout)) throw new Error('give the number of the layout');

async function write(store: Store): Promise<void> {
  for (const account of fixtureAccounts) {
    const opened = await store.open(account);
    await writeFixture(opened);
    await opened.record(fixtureRun);
  }
  await store.close();
}

const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-'));
const path = join(folder, 'calls.duckdb');
await write(createDuckDBStore(path));
await writeFile(fixturePath(layout, 'duckdb.gz'), gzipSync(await readFile(path)));
await rm(folder, { recursive: true });

const server = await startLocalPostgres();
const url = await server.createSchema();
await write(createPostgresStore(url));
await writeFile(fixturePath(layout, 'postgres.sql'), await dump(url));
await server.stop();

/** Returns the statements that make the tables and views of a schema again, with their rows. */
async function dump(schema: string): Promise<string> {
  const statements = await queryPostgres<{ statement: string }>(
    schema,
    `with relations as (select oid, relname, relkind from pg_class where relnamespace = current_schema()::regnamespace),
      columns as (
        select attrelid, string_agg(concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
            'collate "' || (select collname from pg_collation c where c.oid = attcollation and collname <> 'default') || '"',
            'default ' || (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum),
            case when attnotnull then 'not null' end), ', ' order by attnum) as definitions
          from pg_attribute where attnum > 0 and not attisdropped group by attrelid)
    select format('create table %I (%s, %s);', relname, definitions,
          (select pg_get_constraintdef(oid) from pg_constraint where conrelid = r.oid and contype = 'p')) as statement
        from relations r join columns on attrelid = r.oid where relkind = 'r'
      union all select format('create view %I as %s', relname, pg_get_viewdef(oid)) from relations where relkind = 'v'
        order by statement`,
  );
  const inserts = ['calls', 'sync_windows', 'sync_runs', 'sync_accounts', 'sync_meta'].map(async (table) => {
    const query = `select format('insert into ${table} select * from jsonb_populate_recordset(null::${table}, %L);',
      (select jsonb_agg(t) from ${table} t)) as statement`;
    return await queryPostgres<{ statement: string }>(schema, query);
  });
  return [...statements, ...(await Promise.all(inserts)).flat()].map(({ statement }) => `${statement}\n`).join('');
}
