export { bySettled, byWasSettled, type Coverage, type CoverageChange, type CoveredWindow } from './coverage.ts';
export {
  type Difference,
  next,
  type Plan,
  type PlanEvent,
  type PlanOptions,
  questions,
  type Questions,
  readsNeeded,
  startPlan,
} from './plan.ts';
export { convertToParquet, createParquetRows, parquetColumns, requireParquet } from './parquet.ts';
export { createPostgresStore, type PostgresStoreOptions } from './postgres/store.ts';
export type { SyncOptions, SyncProgress } from './run.ts';
export {
  type AccountStore,
  type Changes,
  type Replacement,
  type RunRecord,
  type Stage,
  type Store,
  type StoreAccount,
  StoreError,
  type StoreReader,
} from './store.ts';
export { createDuckDBStore, type DuckDBStoreOptions } from './sql/duckdb-store.ts';
export { sync, type SyncResult } from './sync.ts';
export {
  type AccountFailure,
  type AccountOutcome,
  type AccountResult,
  syncAccounts,
  type SyncAccountsOptions,
} from './sync-accounts.ts';
