import type { CountedDifference } from '../doctor/count-differences.ts';
import type { Survey } from '../doctor/survey.ts';
import { printable } from './printable.ts';
import { counted, grouped } from './words.ts';

/** What came back, for people: first what differs, then what was learned. Ends with a new line. */
export function surveyText(survey: Survey, mark: string): string {
  const { calls, differences } = survey;
  const compared = `Compared with the document: ${counted(calls, 'call')},`;
  const outcome = differences.length === 0 ? 'no difference' : counted(differences.length, 'difference');
  const names = differences.map(nameOf);
  const width = Math.max(0, ...names.map(({ length }) => length)) + 2;
  const lines = differences.map((each, index) => printable(`${(names[index] ?? '').padEnd(width)}${describe(each)}`));
  return [`${compared} ${outcome}.`, ...lines.map((line) => `${mark} ${line}`), '', ...learned(survey), ''].join('\n');
}

/** A field of a call by its own name, all others by where they stand. */
function nameOf({ field }: CountedDifference): string {
  return field === '' ? 'the answer' : field.replace('_embedded.call_logs[].', '');
}

function describe({ kind, expected = '', found = '', count }: CountedDifference): string {
  const times = `, ${count === 1 ? 'once' : `${grouped(count)} times`}`;
  switch (kind) {
    case 'undeclared':
      return `a field that the document lacks: ${found}${times}`;
    case 'missing':
      return `a required field that is missing${times}`;
    case 'type':
    case 'null':
      return `${found} in place of ${expected.replaceAll('|', ' or ')}${times}`;
    case 'format':
      return `a text in another format${times}`;
    case 'value':
      return found === 'string' ? `a value that is in no list${times}` : `“${found}” is in no list${times}`;
    case 'page-size':
      return `${grouped(Number(expected))} asked for, ${grouped(Number(found))} used; the client takes it into account`;
    case 'order':
      return `${found} by the server; the client orders calls itself`;
    case 'page-count':
      return 'pages are counted under neither name; the client does not rely on it';
  }
}

function learned({ pageCountKey, pageSize, order, goesBack, failures }: Survey): string[] {
  const { asked, used } = pageSize;
  const days =
    goesBack === undefined ? 'not known' : `${counted(goesBack.days, 'day')}${goesBack.orMore ? ' or more' : ''}`;
  return [
    `  pages counted as  ${pageCountKey === 'neither' ? 'nothing' : pageCountKey.replace('both', 'total_pages and total_page')}`,
    `  calls a page      ${grouped(asked)} asked for, ${used === undefined ? 'none named' : grouped(used)} used`,
    `  order             ${order === 'unknown' ? 'not known: too few calls tell' : order}`,
    `  calls go back     ${days}`,
    ...(failures.length === 0
      ? []
      : [`  not found out     ${counted(failures.length, 'request')} failed: ${failures.join(', ')}`]),
  ];
}
