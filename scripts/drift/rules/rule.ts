import type { Judgement, RawChange } from '../change.ts';
import type { Place } from '../describe-place.ts';
import type { Document } from '../documents/parse-document.ts';

/** What a rule sees. The documents are there for the few that need more than the change. */
export interface Subject {
  change: RawChange;
  place: Place;
  base: Document;
}

/** Says what a change means, or `undefined` where it has no opinion. */
export type Rule = (subject: Subject) => Judgement | undefined;

/** A value as a reader can take it in. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `\`${short.replaceAll('`', "'")}\``;
}

/** The members of the one list that the other lacks. */
export function without(values: unknown, others: unknown): unknown[] {
  const known = new Set(Array.isArray(others) ? (others as unknown[]) : []);
  return Array.isArray(values) ? (values as unknown[]).filter((value) => !known.has(value)) : [];
}

export function list(values: readonly unknown[]): string {
  return values.map(show).join(', ');
}

/** With a capital, as a sentence begins. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether two formats (undefined: none) only say how large or exact a number is. */
export function isNumeric(...formats: readonly unknown[]): boolean {
  const numeric: readonly unknown[] = ['int32', 'int64', 'float', 'double'];
  return formats.every((format) => format === undefined || numeric.includes(format));
}
