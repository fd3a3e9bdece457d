import type { ReportedChange } from '../acceptances.ts';
import { acceptanceLine, comparisonLine, countLine, type Report } from './report.ts';

/** For people at a terminal. */
export function writeText(report: Report): string {
  const { changes, comparisons, secondOpinion, step } = report;
  const lines = [...comparisons.map(comparisonLine), ''];
  if (changes.length === 0) return [...lines, 'No drift.'].join('\n');
  lines.push(...changes.flatMap(changeLines));
  if (secondOpinion.stricter.length > 0) {
    lines.push('A second opinion (oasdiff) calls these breaking, too:', ...secondOpinion.stricter.map(item), '');
  }
  if (secondOpinion.milder.length > 0) {
    lines.push('A second opinion (oasdiff) calls these not breaking:', ...secondOpinion.milder.map(item), '');
  }
  if (secondOpinion.unavailable !== undefined) lines.push(`No second opinion: ${secondOpinion.unavailable}`, '');
  return [...lines, `${countLine(changes)}; step of the package: ${step}`].join('\n');
}

function changeLines(change: ReportedChange): string[] {
  const { verdict, title, meaning, fingerprint } = change;
  const acceptance = acceptanceLine(change);
  const lines = [`${verdict.padEnd(8)}  ${title}`, `          ${meaning}`];
  if (acceptance !== '') lines.push(`          ${acceptance}`);
  return [...lines, `          ${change.where} · ${fingerprint}`, ''];
}

function item(text: string): string {
  return `  ${text}`;
}
