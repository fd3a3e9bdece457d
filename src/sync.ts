export { createDuckDBStore, createPostgresStore } from './tools/sync/stores.ts';
export { StoreError } from './tools/sync/store.ts';
export { sync } from './tools/sync/sync.ts';
export { createPostgresTokenStore, type PostgresTokenStoreOptions } from './tools/token-store/postgres-token-store.ts';
export { syncAccounts } from './tools/sync/sync-accounts.ts';
export type { Coverage, CoverageChange, CoveredWindow } from './tools/sync/coverage.ts';
export type { Difference } from './tools/sync/plan.ts';
export type { SyncOptions, SyncProgress } from './tools/sync/run.ts';
export type {
  AccountStore,
  Changes,
  Replacement,
  RunRecord,
  Stage,
  Store,
  StoreAccount,
  StoreReader,
} from './tools/sync/store.ts';
export type { SyncResult } from './tools/sync/sync.ts';
export type { AccountFailure, AccountOutcome, AccountResult, SyncAccountsOptions } from './tools/sync/sync-accounts.ts';
