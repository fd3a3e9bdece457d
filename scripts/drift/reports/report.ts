import { isUnaccepted, type ReportedChange } from '../acceptances.ts';
import type { Step } from '../change.ts';
import type { Comparison } from '../documents/read-documents.ts';
import type { SecondOpinion } from '../second-opinion.ts';

export type Outcome = 'none' | 'safe' | 'breaking';

/** What a comparison came to; `--json` prints it as it is. */
export interface Report {
  /** `safe` as long as every break is accepted. */
  outcome: Outcome;
  /** What the package's version has to step by, as `version` in package.json stands. */
  step: Step;
  comparisons: Pick<Comparison, 'name' | 'from' | 'to'>[];
  /** Worst first. */
  changes: ReportedChange[];
  secondOpinion: SecondOpinion;
}

export function outcomeOf(changes: readonly ReportedChange[]): Outcome {
  if (changes.length === 0) return 'none';
  return changes.some(isUnaccepted) ? 'breaking' : 'safe';
}

export const exitCodes: Readonly<Record<Outcome, number>> = { none: 0, safe: 3, breaking: 4 };
/** Neither "drift" nor "no drift". */
export const couldNotTellExitCode = 1;

/** `spec/reports.yml: origin/main → the working tree` */
export function comparisonLine({ name, from, to }: Report['comparisons'][number]): string {
  return from === name ? `${name} → ${to}` : `${name}: ${shorten(from)} → ${shorten(to)}`;
}

/** A commit's hash as people write it. */
function shorten(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 8) : revision;
}

/** "2 breaking, 1 notable, 5 safe changes" */
export function countLine(changes: readonly ReportedChange[]): string {
  const counts = (['breaking', 'notable', 'safe'] as const).map((verdict) => ({
    verdict,
    count: changes.filter((change) => change.verdict === verdict).length,
  }));
  const parts = counts.filter(({ count }) => count > 0).map(({ verdict, count }) => `${count} ${verdict}`);
  return parts.length === 0 ? 'no change' : `${parts.join(', ')} change${changes.length === 1 ? '' : 's'}`;
}

/** What became of its acceptance, as a sentence; empty for a change that has none. */
export function acceptanceLine({ acceptance }: ReportedChange): string {
  if (!acceptance) return '';
  if (acceptance.hasExpired) return `Its acceptance ended on ${acceptance.expires}: ${acceptance.reason}`;
  return `Accepted until ${acceptance.expires}: ${acceptance.reason}`;
}
