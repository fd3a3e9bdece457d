import { acceptanceLine, type Report } from './report.ts';
import { isUnaccepted } from '../acceptances.ts';

/** GitHub's workflow commands, one a line: breaks as errors, what is worth a look as warnings. */
export function writeAnnotations({ changes, comparisons }: Report): string {
  const file = comparisons[0]?.name ?? '';
  const shown = changes.filter(({ verdict }) => verdict !== 'safe');
  const lines = shown.map((change) => {
    const level = isUnaccepted(change) ? 'error' : 'warning';
    const message = [change.meaning, acceptanceLine(change), `Fingerprint ${change.fingerprint}.`]
      .filter(Boolean)
      .join(' ');
    return `::${level} file=${property(file)},title=${property(change.title)}::${data(message)}`;
  });
  return lines.join('\n');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
