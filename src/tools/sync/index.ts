export type { Coverage, ProvenWindow } from './coverage.ts';
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
  type StoredCalls,
} from './plan.ts';
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
} from './store.ts';
export { sync, type SyncResult } from './sync.ts';
