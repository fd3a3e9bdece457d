import { createCsvFormat, createNdjsonFormat, type RowFormat } from '../export/index.ts';
import type { CliStream } from './terminal/reporter.ts';
import type { ExportPlan } from './plan-export.ts';
import { printableLines } from './terminal/text.ts';

/** The format of the plan; where people read the rows on a terminal, without what would act on it. */
export function createFormat(plan: ExportPlan, stdout: CliStream): RowFormat {
  const format = plan.format === 'csv' ? createCsvFormat(plan) : createNdjsonFormat(plan);
  const onTerminal = plan.file === undefined && stdout.isTTY === true;
  return onTerminal ? { ...format, rows: (calls) => printableLines(format.rows(calls)) } : format;
}
