import { isUnaccepted, type ReportedChange } from '../acceptances.ts';
import { oneLine } from '../one-line.ts';
import { acceptanceLine, comparisonLine, countLine, type Report } from './report.ts';

/** GitHub takes 65,536 characters for a comment; what is said before and after needs some. */
const longestCharacters = 60_000;

/** For a comment on a pull request, or a job's summary. */
export function writeMarkdown(report: Report): string {
  const { changes, comparisons, secondOpinion, step } = report;
  const parts = [
    `${changes.length === 0 ? 'No change of the API.' : `**${sentence(countLine(changes))}.**`} ${stepText(step)}`,
    table('Breaks what users have', changes.filter(isUnaccepted)),
    table(
      'Breaks, and is accepted',
      changes.filter((change) => change.verdict === 'breaking' && !isUnaccepted(change)),
    ),
    table(
      'Worth a look',
      changes.filter(({ verdict }) => verdict === 'notable'),
    ),
    folded(
      'Safe',
      table(
        '',
        changes.filter(({ verdict }) => verdict === 'safe'),
      ),
    ),
    folded('Second opinion', secondOpinionText(secondOpinion)),
    comparisons.map((comparison) => `<sub>${escape(comparisonLine(comparison))}</sub>`).join('<br>'),
  ];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return text.length <= longestCharacters ? text : `${text.slice(0, longestCharacters)}\n\n… and more.`;
}

function stepText(step: Report['step']): string {
  return step === 'none' ? 'The package needs no new version.' : `The package needs a **${step}** step.`;
}

function table(heading: string, changes: readonly ReportedChange[]): string {
  if (changes.length === 0) return '';
  const rows = changes.map((change) => {
    const meaning = [change.meaning, acceptanceLine(change)].filter((text) => text !== '').join(' ');
    return `| ${cell(change.title)} | ${cell(meaning)} | \`${change.fingerprint}\` |`;
  });
  const head = ['| What changes | What it means for you | Fingerprint |', '| --- | --- | --- |'];
  return [...(heading === '' ? [] : [`### ${heading}`, '']), ...head, ...rows].join('\n');
}

function folded(summary: string, text: string): string {
  return text === '' ? '' : `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;
}

function secondOpinionText({ stricter, milder, unavailable }: Report['secondOpinion']): string {
  if (unavailable !== undefined) return `None: ${cell(unavailable)}`;
  const lines = [
    ...stricter.map((text) => `- oasdiff calls breaking: ${cell(text)}`),
    ...milder.map((text) => `- oasdiff does not call breaking: ${cell(text)}`),
  ];
  return lines.join('\n');
}

/** Names come from a document that others write: they may neither end the cell, nor mention people, nor be markup. */
function cell(text: string): string {
  return escape(oneLine(text)).replaceAll('|', '\\|');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('![', '!&#91;');
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
