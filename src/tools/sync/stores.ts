import { createPostgresStore as createPostgresStoreWith } from './postgres/store.ts';
import { createDuckDBStore as createDuckDBStoreWith } from './sql/duckdb-store.ts';
import type { Store, StoreReader } from './store.ts';

// The stores without the options that only tests use. Those options have types of optional packages, which programs
// that use `vbc-reports/sync` need not have.

/**
 * Returns a store in a DuckDB file, which is created if it does not exist. Nothing is opened before the store is used;
 * the file is locked from then on until `close`. Needs the package `@duckdb/node-api`.
 *
 * @param path the file; its folder must exist
 */
export function createDuckDBStore(path: string): Store & StoreReader {
  return createDuckDBStoreWith(path);
}

/**
 * Returns a store in a PostgreSQL database (14 or later, encoding UTF8), with a lock for each account, so that several
 * processes may share the accounts. Its tables are in the current schema. Needs the packages `pg` and `pg-copy-streams`.
 *
 * @param url such as `postgres://user@db.example.com/calls`; a password may come from PGPASSWORD or `~/.pgpass`
 * @throws StoreError `unavailable`: the URL is invalid
 */
export function createPostgresStore(url: string): Store & StoreReader {
  return createPostgresStoreWith(url);
}
