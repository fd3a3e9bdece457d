import { answerSchema } from '../../../generated/answer-schema.ts';
import type { DriftEvent } from '../events.ts';

/** As much of a document's schema as an answer can be compared with; bare types where nothing else is said. */
export type AnswerSchema = string | DetailedSchema;

interface DetailedSchema {
  readonly type: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, AnswerSchema>>;
  readonly items?: AnswerSchema;
  readonly pattern?: string;
  readonly known?: readonly unknown[];
}

type Fields = Readonly<Record<string, unknown>>;

export interface CompareOptions {
  readonly report: (difference: DriftEvent) => void;
  /** How many items of a list are looked at, evenly spread. Default: all. */
  readonly itemsAtMost?: number;
  /** Default: what `npm run generate` makes of the document. */
  readonly schema?: AnswerSchema;
}

/** Reports each place where a parsed answer differs from the document; what many items of a list share, many times. */
export function compareAnswer(answer: unknown, options: CompareOptions): void {
  compareValue(answer, options.schema ?? answerSchema, '', options);
}

function compareValue(value: unknown, schema: AnswerSchema, field: string, options: CompareOptions): void {
  const expected = typeof schema === 'string' ? schema : schema.type;
  const found = typeOf(value);
  if (!allows(expected, found)) {
    options.report({ kind: found === 'null' ? 'null' : 'type', field, expected, found });
  } else if (typeof schema === 'string') {
    return;
  } else if (Array.isArray(value)) {
    compareItems(value, schema, field, options);
  } else if (typeof value === 'string') {
    compareText(value, schema, field, options);
  } else if (typeof value === 'object' && value !== null) {
    compareFields(value as Fields, schema, field, options);
  }
}

function compareItems(
  list: readonly unknown[],
  { items }: DetailedSchema,
  field: string,
  options: CompareOptions,
): void {
  if (items === undefined) return;
  const step = Math.max(1, list.length / (options.itemsAtMost ?? Infinity));
  for (let at = 0; at < list.length; at += step) compareValue(list[Math.floor(at)], items, `${field}[]`, options);
}

function compareFields(object: Fields, schema: DetailedSchema, field: string, options: CompareOptions): void {
  const { properties = {}, required = [] } = schema;
  const path = field === '' ? '' : `${field}.`;
  for (const name of Object.keys(object)) {
    // A field may be called `constructor`.
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (declared === undefined) {
      options.report({ kind: 'undeclared', field: path + shownName(name), found: typeOf(object[name]) });
    } else if (typeof declared !== 'string' || !allows(declared, typeOf(object[name]))) {
      compareValue(object[name], declared, path + name, options);
    }
  }
  for (const name of required) {
    if (!Object.hasOwn(object, name)) options.report({ kind: 'missing', field: path + name });
  }
}

function compareText(text: string, schema: DetailedSchema, field: string, options: CompareOptions): void {
  const { known, pattern, type: expected } = schema;
  if (known?.includes(text) === false) {
    // A word of letters is vocabulary; anything else may be somebody's name or number.
    const found = /^[a-z]{1,20}$/i.test(text) ? text : 'string';
    options.report({ kind: 'value', field, expected, found });
  }
  if (pattern !== undefined && !new RegExp(pattern).test(text)) {
    options.report({ kind: 'format', field, expected, found: 'string' });
  }
}

/** An integer is a number, too. */
function allows(expected: string, found: string): boolean {
  return expected.includes(found) || (found === 'integer' && expected.includes('number'));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** A name that is no identifier may be data, such as a phone number. */
function shownName(name: string): string {
  return /^(?!.*\d{5})[a-z_$][\w$-]{0,63}$/i.test(name) ? name : '(unprintable name)';
}
