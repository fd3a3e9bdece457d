import { acceptanceLine, applyAcceptances, isUnaccepted, readAcceptances, type ReportedChange } from './acceptances.ts';
import { findDifferences } from './compare/documents.ts';
import { oneLine } from './document.ts';
import { judge, semverStep, sortChanges, type Step, type Verdict } from './judge.ts';
import { readPackage, type Pair } from './sources.ts';

export type Outcome = 'none' | 'safe' | 'breaking';

/** The result of a comparison; `--json` prints it as it is. */
export interface Report {
  /** `safe` also where every break is accepted. */
  outcome: Outcome;
  /** The step that the package's version needs, given its version in package.json. */
  step: Step;
  comparisons: Pick<Pair, 'name' | 'from' | 'to'>[];
  /** Worst first. */
  changes: ReportedChange[];
}

export const exitCodes: Readonly<Record<Outcome, number>> = { none: 0, safe: 3, breaking: 4 };
/** Neither "drift" nor "no drift". */
export const couldNotTellExitCode = 1;

/** Compares, judges and applies the acceptances. @throws CouldNotTell */
export async function reportDrift(root: string, pairs: readonly Pair[], now: Date): Promise<Report> {
  const acceptances = await readAcceptances(root, now);
  // A change of the provider's document also shows with the overlay applied. It is the same change, and counts once.
  const found = pairs.flatMap(({ base, head }) => findDifferences(base, head).map(judge));
  const changes = applyAcceptances(sortChanges(found), acceptances, now);
  const comparisons = pairs.map(({ name, from, to }) => ({ name, from, to }));
  return {
    outcome: outcomeOf(changes),
    step: semverStep(changes, (await readPackage(root)).version),
    comparisons,
    changes,
  };
}

export function outcomeOf(changes: readonly ReportedChange[]): Outcome {
  if (changes.length === 0) return 'none';
  return changes.some(isUnaccepted) ? 'breaking' : 'safe';
}

/** `spec/reports.yml: origin/main → the working tree` */
function comparisonLine({ name, from, to }: Report['comparisons'][number]): string {
  const shorten = (revision: string): string => (/^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 8) : revision);
  return from === name ? `${name} → ${to}` : `${name}: ${shorten(from)} → ${shorten(to)}`;
}

/** "2 breaking, 1 notable, 5 safe changes" */
function countLine(changes: readonly ReportedChange[]): string {
  const counts = (['breaking', 'notable', 'safe'] as const).map((verdict) => {
    const count = changes.filter((change) => change.verdict === verdict).length;
    return count > 0 ? `${count} ${verdict}` : '';
  });
  return `${counts.filter(Boolean).join(', ')} change${changes.length === 1 ? '' : 's'}`;
}

/** For people at a terminal. */
export function writeText({ changes, comparisons, step }: Report): string {
  const lines = [...comparisons.map(comparisonLine), ''];
  if (changes.length === 0) return [...lines, 'No drift.'].join('\n');
  for (const change of changes) {
    const details = [change.meaning, usesLine(change), acceptanceLine(change), `Fingerprint ${change.fingerprint}`];
    const indented = details.filter((detail) => detail !== '').map((detail) => `          ${detail}`);
    lines.push(`${change.verdict.padEnd(8)}  ${change.title}`, ...indented, '');
  }
  return [...lines, `${countLine(changes)}; the package needs ${stepWords(step)}`].join('\n');
}

const stepWords = (step: Step): string => (step === 'none' ? 'no new version' : `a ${step} step`);

const usesLine = ({ uses }: ReportedChange): string => (uses.length > 0 ? `Used: ${uses.join('; ')}` : '');

/** GitHub's workflow commands, one a line: unaccepted breaks as errors, other breaks and notable changes as warnings. */
export function writeAnnotations({ changes, comparisons }: Report): string {
  const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const lines = changes
    .filter(({ verdict }) => verdict !== 'safe')
    .map((change) => {
      const level = isUnaccepted(change) ? 'error' : 'warning';
      const parts = [change.meaning, acceptanceLine(change), `Fingerprint ${change.fingerprint}.`];
      const message = parts.filter((part) => part !== '').join(' ');
      return `::${level} file=${property(comparisons[0]?.name ?? '')},title=${property(change.title)}::${data(message)}`;
    });
  return lines.join('\n');
}

/** GitHub takes 65,536 characters for a comment; what is said before and after the report needs some of them. */
const longestCharacters = 60_000;

/** For a comment on a pull request, or a job's summary. */
export function writeMarkdown({ changes, comparisons, step }: Report): string {
  const as = (verdict: Verdict): ReportedChange[] => changes.filter((change) => change.verdict === verdict);
  const accepted = as('breaking').filter((change) => !isUnaccepted(change));
  const safe = table('', as('safe'));
  const version = `The package needs ${stepWords(step).replace(/^a (\w+)/, 'a **$1**')}.`;
  const parts = [
    `${changes.length === 0 ? 'The API does not change.' : `**${countLine(changes)}.**`} ${version}`,
    table('Breaking', as('breaking').filter(isUnaccepted)),
    table('Breaking, and accepted', accepted),
    table('Worth a look', as('notable')),
    safe === '' ? '' : `<details><summary>Safe</summary>\n\n${safe}\n\n</details>`,
    comparisons.map((comparison) => `<sub>${escape(comparisonLine(comparison))}</sub>`).join('<br>'),
  ];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return text.length <= longestCharacters ? text : `${text.slice(0, longestCharacters)}\n\n… and more.`;
}

function table(heading: string, changes: readonly ReportedChange[]): string {
  if (changes.length === 0) return '';
  const rows = changes.map((change) => {
    const meaning = [change.meaning, usesLine(change), acceptanceLine(change)].filter(Boolean).join(' ');
    return `| ${cell(change.title)} | ${cell(meaning)} | \`${change.fingerprint}\` |`;
  });
  const head = ['| What changes | What it means for you | Fingerprint |', '| --- | --- | --- |'];
  return [...(heading === '' ? [] : [`### ${heading}`, '']), ...head, ...rows].join('\n');
}

/** Names come from a document that others write: they must not end the cell, mention people or be markup. */
const cell = (text: string): string => escape(oneLine(text)).replaceAll('|', '\\|');

function escape(text: string): string {
  const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;', '![': '!&#91;' };
  return Object.entries(escapes).reduce((escaped, [from, to]) => escaped.replaceAll(from, to), text);
}
