import { answerSchema } from '../../generated/answer-schema.ts';
import type { DriftEvent, Emit } from './events.ts';

/**
 * The number of items of a list that are compared: enough to see a difference that most of them share, at under 1 % of
 * the cost of a page.
 */
const watchedItems = 10;

/** The number of differences that a client remembers and reports, so that a faulty server cannot fill its memory. */
const maxDifferences = 100;

/** Compares responses with the document and raises a `drift` event for each difference, once. */
export function createDriftWatch(emit: Emit): (response: unknown) => void {
  const seen = new Set<string>();
  return (response) => {
    compareResponse(response, {
      itemsAtMost: watchedItems,
      report(difference) {
        const key = Object.values(difference).join(' ');
        if (seen.has(key) || seen.size >= maxDifferences) return;
        seen.add(key);
        emit('drift', difference);
      },
    });
  };
}

/** The part of a document's schema that a response is compared with: a type's name, or more. */
export type ResponseSchema = string | DetailedSchema;

interface DetailedSchema {
  readonly type: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ResponseSchema>>;
  readonly items?: ResponseSchema;
  readonly pattern?: string;
  readonly known?: readonly unknown[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The options of a comparison. */
export interface CompareOptions {
  readonly report: (difference: DriftEvent) => void;
  /** The number of items of a list that are compared, evenly spread. Default: all. */
  readonly itemsAtMost?: number;
  /** Default: the schema that `npm run generate` makes of the document. */
  readonly schema?: ResponseSchema;
}

/** Reports each place where a parsed response differs from the document, once for each item of a list. */
export function compareResponse(response: unknown, options: CompareOptions): void {
  compareValue(response, options.schema ?? answerSchema, '', options);
}

function compareValue(value: unknown, schema: ResponseSchema, field: string, options: CompareOptions): void {
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
    // A word of letters is vocabulary; anything else may be a person's name or number.
    const found = /^[a-z]{1,20}$/i.test(text) ? text : 'string';
    options.report({ kind: 'value', field, expected, found });
  }
  if (pattern !== undefined && !new RegExp(pattern).test(text)) {
    options.report({ kind: 'format', field, expected, found: 'string' });
  }
}

/** An integer is also a number. */
function allows(expected: string, found: string): boolean {
  return expected.includes(found) || (found === 'integer' && expected.includes('number'));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** A name that is not an identifier may be data, such as a phone number. */
function shownName(name: string): string {
  return /^(?!.*\d{5})[a-z_$][\w$-]{0,63}$/i.test(name) ? name : '(unprintable name)';
}
