import { planList } from '../../call-logs/plan-list.ts';
import { createResume } from '../../call-logs/resume.ts';
import { type ExportJob, hashAccount, type RowFormat } from '../export/index.ts';
import type { Connection } from './connection.ts';
import type { ExportPlan } from './plan-export.ts';

/** What a later run must have in common with this one to go on with it. Throws a `ConfigurationError` for the filters. */
export function describeJob(
  plan: ExportPlan,
  { options, invented }: Connection,
  { head }: RowFormat,
  now: Date,
): ExportJob {
  const list = planList(plan.list, now);
  const { filters, order } = createResume([], list.filters, list.order);
  return {
    account: hashAccount(invented ? `sandbox ${options.accountId}` : options.accountId),
    range: { from: plan.range.from.toISOString(), to: plan.range.to.toISOString() },
    filters,
    order,
    format: plan.format,
    head,
    localTimeZone: plan.localTimeZone ?? null,
    neutraliseFormulas: plan.neutraliseFormulas,
  };
}
