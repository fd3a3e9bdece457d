import type { Step, StepName } from '../doctor/step.ts';
import { printable } from './printable.ts';
import { wrapText } from './wrap-text.ts';

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

const marks: Readonly<Record<Step['status'], string>> = { passed: '✓', failed: '✗', unknown: '?', 'not-checked': '–' };

const labelWidth = 15;
const textWidth = 78;

export type Paint = (mark: string, status: Step['status']) => string;

/** The steps that were not made, in one line. */
export function notCheckedText(steps: readonly Step[], paint: Paint): string {
  const names = steps.filter(({ status }) => status === 'not-checked').map(({ name }) => labels[name]);
  if (names.length === 0) return '';
  return `${paint(marks['not-checked'], 'not-checked')} ${'not checked'.padEnd(labelWidth)}${names.join(' · ')}\n`;
}

/** A step for people: how it ended, and below it what to do if it failed. Ends with a new line. */
export function stepText(step: Step, paint: Paint): string {
  const mark = paint(marks[step.status], step.status);
  const head = `${mark} ${labels[step.name].padEnd(labelWidth)}`;
  const remedy = step.status === 'failed' ? wrapText(`What to do: ${step.remedy}`, textWidth) : [];
  const [first = '', ...rest] = wrapText(printable(step.detail), textWidth);
  const indent = ' '.repeat(labelWidth + 2);
  return [`${head}${first}`, ...[...rest, ...remedy].map((line) => `${indent}${line}`), ''].join('\n');
}
