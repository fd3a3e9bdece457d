import type { RawChange } from './change.ts';
import { at, isObject, namesOf, type Document } from './documents/parse-document.ts';

/**
 * Where a change stands, in the terms of a user.
 * - `answer`: in what the API answers; `field` is empty for the answer as a whole
 * - `parameter`: in what a request may say
 * - `component`: in a shared definition that nothing uses, or the definition's own name
 * - `other`: anything else
 */
export type Place =
  | { area: 'answer'; label: string; field: string; isRow: boolean }
  | { area: 'parameter'; label: string; field: string; inSchema: boolean }
  | { area: 'component'; label: string; field: string; isWhole: boolean }
  | { area: 'other'; label: string; field: string };

const rowsAt = '_embedded.call_logs.';
const structural = new Set(['properties', 'items', 'schema', 'oneOf', 'anyOf', 'allOf']);

export function describePlace(change: RawChange, base: Document, head: Document): Place {
  const names = namesOf(change.path);
  if (names[0] === 'components') return describeComponent(names);
  const section = names.findIndex((name) => name === 'parameters' || name === 'responses');
  if (names[0] === 'paths' && section >= 0 && names[section + 1] !== undefined) {
    const rest = names.slice(section + 1);
    return names[section] === 'parameters'
      ? describeParameter(change, rest, base, head)
      : describeAnswer(rest, change.path);
  }
  return { area: 'other', label: labelOf(names), field: names.at(-1) ?? '' };
}

function describeComponent(names: readonly string[]): Place {
  const [, kind = '', name, ...rest] = names;
  if (name === undefined) return { area: 'other', label: `shared definitions (${kind})`, field: kind };
  const field = rest.filter((part) => !structural.has(part)).join('.');
  const label = field === '' ? `the component \`${name}\`` : `\`${field}\` of the unused component \`${name}\``;
  return { area: 'component', label, field: field || name, isWhole: rest.length === 0 && kind !== 'securitySchemes' };
}

function describeParameter(change: RawChange, rest: readonly string[], base: Document, head: Document): Place {
  const name = parameterName(change, base, head);
  const inSchema = rest.includes('schema') || rest.includes('content');
  return { area: 'parameter', label: `the parameter \`${name}\``, field: name, inSchema };
}

/** A parameter's index says nothing to a reader, and is another one in the other document. */
function parameterName(change: RawChange, base: Document, head: Document): string {
  const pointers = [
    [base, change.base?.pointer],
    [head, change.revision?.pointer],
  ] as const;
  const [document, pointer] = pointers.find(([, candidate]) => candidate !== undefined) ?? [head, change.path];
  const names = namesOf(pointer ?? change.path);
  const end = names.lastIndexOf('parameters') + 2;
  const place = names.slice(0, end).map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1'));
  const parameter = at(document, `#/${place.join('/')}`);
  const target = isObject(parameter) && typeof parameter.$ref === 'string' ? at(document, parameter.$ref) : parameter;
  return isObject(target) && typeof target.name === 'string' ? target.name : (names[end - 1] ?? '');
}

function describeAnswer(rest: readonly string[], path: string): Place {
  const [status = '', ...inside] = rest;
  if (inside[0] === 'headers' && inside[1] !== undefined) {
    const label = `the header \`${inside[1]}\` of the answer ${status}`;
    return { area: 'answer', label, field: inside[1], isRow: false };
  }
  const schema = inside.indexOf('schema');
  const fields = schema < 0 ? [] : fieldNames(inside.slice(schema + 1));
  const field = fields.join('.');
  const inBody = path.includes('/content/');
  if (status.startsWith('2') && inBody && `${field}.`.startsWith(rowsAt) && isInsideItems(inside)) {
    const own = field.slice(rowsAt.length);
    return { area: 'answer', label: own === '' ? 'a row' : `\`${own}\` of the rows`, field: own, isRow: true };
  }
  const whole = status.startsWith('2') ? 'a page' : `the answer ${status}`;
  return { area: 'answer', label: field === '' ? whole : `\`${field}\` of ${whole}`, field, isRow: false };
}

function isInsideItems(inside: readonly string[]): boolean {
  return inside.indexOf('items') > inside.indexOf('call_logs');
}

/** The fields on the way: each name that follows `properties`. */
function fieldNames(names: readonly string[]): string[] {
  return names.filter((_, index) => names[index - 1] === 'properties' && isPropertyMap(names, index - 1));
}

/** A field may itself be called `properties`. */
function isPropertyMap(names: readonly string[], index: number): boolean {
  return names[index - 1] !== 'properties' || !isPropertyMap(names, index - 1);
}

function labelOf(names: readonly string[]): string {
  if (names.length === 0) return 'the document';
  const [first, path, method] = names;
  if (first === 'servers') return 'the server';
  if (first !== 'paths' || path === undefined) return `\`${names.join('.')}\``;
  const isMethod = method !== undefined && /^[a-z]+$/.test(method) && method !== 'servers' && method !== 'parameters';
  return isMethod ? `\`${method.toUpperCase()} ${path}\`` : `\`${path}\``;
}
