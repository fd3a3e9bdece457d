import type { SetupReport } from '../../doctor/check-setup.ts';
import type { ProbeCosts } from '../../doctor/api-probe.ts';
import type { Step, StepName, StepProblem } from '../../doctor/steps.ts';
import type { CountedDifference, Survey } from '../../doctor/survey.ts';
import { counted, grouped, printable, workText, wrapText } from '../terminal/text.ts';

const labels: Readonly<Record<StepName, string>> = {
  settings: 'settings',
  'token-host': 'token host',
  'api-host': 'API host',
  login: 'login',
  scope: 'scope',
  token: 'token',
  subscription: 'subscription',
  access: 'role, account',
  calls: 'calls',
};

type Status = Step['status'];

/** A step in a user's words. */
export interface ShownStep {
  readonly name: StepName;
  readonly status: Status;
  readonly detail: string;
  readonly problem?: StepProblem;
  readonly remedy?: string;
}

const marks: Readonly<Record<Status, string>> = { passed: '✓', failed: '✗', unknown: '?', 'not-checked': '-' };
const asciiMarks: Readonly<Record<Status, string>> = { passed: '+', failed: 'x', unknown: '?', 'not-checked': '-' };

const labelWidth = 15;
const textWidth = 78;

/** The look of marks on the stream that the report goes to. */
export interface Look {
  readonly unicode: boolean;
  readonly paint: (mark: string, status: Status | 'differs') => string;
}

/** Returns a step for people: how it ended, and below it what to do if it failed. Ends with a line break. */
export function stepText(step: ShownStep, look: Look): string {
  const head = `${markOf(step.status, look)} ${labels[step.name].padEnd(labelWidth)}`;
  const remedy = step.remedy === undefined ? [] : wrapText(`What to do: ${printable(step.remedy)}`, textWidth);
  const [first = '', ...rest] = wrapText(printable(step.detail), textWidth);
  const indent = ' '.repeat(labelWidth + 2);
  return [`${head}${first}`, ...[...rest, ...remedy].map((line) => `${indent}${line}`), ''].join('\n');
}

/** Returns one line with the steps that were not reached, or nothing. */
export function notCheckedText(steps: readonly ShownStep[], look: Look): string {
  const names = steps.filter(({ status }) => status === 'not-checked').map(({ name }) => labels[name]);
  if (names.length === 0) return '';
  return `${markOf('not-checked', look)} ${'not checked'.padEnd(labelWidth)}${names.join('; ')}\n`;
}

function markOf(status: Status, { unicode, paint }: Look): string {
  return paint((unicode ? marks : asciiMarks)[status], status);
}

/** Returns the last lines: whether the set-up works, what was not checked, and what the checks cost. */
export function verdictText({ steps, failure, survey, costs }: SetupReport, look: Look): string {
  const cost = costs === undefined ? [] : [costText(costs)];
  if (failure !== undefined) return [`Not ready: see ${markOf('failed', look)} above.`, ...cost].join('\n');
  // Every other check without a verdict is settled by a later one.
  const loginOpen = steps.some(({ name, status }) => name === 'login' && status === 'unknown');
  const ready = loginOpen
    ? 'Everything that was checked works. The login was not checked: add --login.'
    : 'Everything is set up.';
  const differences = (survey?.differences.length ?? 0) > 0;
  const note = 'The differences from the document are not failures: exports still work.';
  return [ready, ...(differences ? [note] : []), ...cost].join('\n');
}

function costText({ logins, requests, repeats }: ProbeCosts): string {
  const reasons = [...repeats].map(([code, times]) => `${code} (${times})`).join(', ');
  const work = workText(requests, logins, ' for calls');
  return reasons === '' ? `${work}.` : `${work}; repeated because of ${reasons}.`;
}

/** Returns the survey for people: first the differences, then what was learned. Ends with a line break. */
export function surveyText(survey: Survey, { paint }: Look): string {
  const { calls, differences } = survey;
  const compared = `Compared with the document: ${counted(calls, 'call')},`;
  const outcome = differences.length === 0 ? 'no difference' : counted(differences.length, 'difference');
  const names = differences.map(nameOf);
  const width = Math.max(0, ...names.map(({ length }) => length)) + 2;
  const lines = differences.map((each, index) => printable(`${(names[index] ?? '').padEnd(width)}${describe(each)}`));
  const mark = paint('!', 'differs');
  return [`${compared} ${outcome}.`, ...lines.map((line) => `${mark} ${line}`), '', ...learned(survey), ''].join('\n');
}

/** A field of a call by its own name, all others by their path. */
function nameOf({ field }: CountedDifference): string {
  return field === '' ? 'the response' : field.replace('_embedded.call_logs[].', '');
}

function describe({ kind, expected = '', found = '', count }: CountedDifference): string {
  const times = `, ${count === 1 ? 'once' : `${grouped(count)} times`}`;
  switch (kind) {
    case 'undeclared':
      return `a field that the document lacks: ${found}${times}`;
    case 'missing':
      return `a required field is missing${times}`;
    case 'type':
    case 'null':
      return `${found} instead of ${expected.replaceAll('|', ' or ')}${times}`;
    case 'format':
      return `a string in another format${times}`;
    case 'value':
      return found === 'string'
        ? `a value that the document does not list${times}`
        : `"${found}" is not listed${times}`;
    case 'page-size':
      return `${grouped(Number(expected))} requested, ${grouped(Number(found))} used; exports allow for it`;
    case 'order':
      return `${found} by the server; exports put the calls in order`;
    case 'page-count':
      return 'no page count under either name; exports do not need it';
  }
}

function learned({ pageCountKey, pageSize, order, goesBack, failures }: Survey): string[] {
  const { asked, used } = pageSize;
  const days =
    goesBack === undefined ? 'not known' : `${counted(goesBack.days, 'day')}${goesBack.orMore ? ' or more' : ''}`;
  const pageCount = { both: 'total_pages and total_page', neither: 'none' }[pageCountKey as string] ?? pageCountKey;
  return [
    `  page count       ${pageCount}`,
    `  page size        ${grouped(asked)} requested, ${used === undefined ? 'none named' : grouped(used)} used`,
    `  order            ${order === 'unknown' ? 'not known: too few calls' : order}`,
    `  calls go back    ${days}`,
    ...(failures.length === 0
      ? []
      : [`  not found out    ${counted(failures.length, 'request')} failed: ${failures.join(', ')}`]),
  ];
}
