export type { JobOutcome, WorkerAccount } from './do-jobs.ts';
export { cacheMetrics, type HealthServer, startHealthServer, WorkerMetrics } from './health.ts';
export type { Problem, QueueName, QueueTimes } from './queue.ts';
export { createRequestBudget, type RequestBudget } from './request-budget.ts';
export { requestSync, scheduleSync, type SyncRequest } from './request-sync.ts';
export { type AccountPhase, type AccountStatus, openStatusReader, type StatusReader } from './status.ts';
export { runWorker, type WorkerEvents, type WorkerOptions } from './worker.ts';
