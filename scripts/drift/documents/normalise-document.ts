import { at, isObject, type Document, type Json } from './parse-document.ts';

/** What is meant where nothing is said. */
const falseByDefault = new Set(['required', 'nullable', 'deprecated', 'readOnly', 'writeOnly', 'allowReserved']);
/** Data of any shape, in which the words of a schema mean nothing. */
const data = new Set(['example', 'examples', 'default']);
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/**
 * The same document in one of the ways to write it, so that no two ways of saying one thing count as a change: an
 * `allOf` of one schema, a default that is spelled out, the order of `enum` and `required`, parameters that stand above
 * the operations.
 */
export function normaliseDocument(document: Document): Document {
  const paths = Object.entries(document.paths).map(
    ([path, item]) => [path, withOwnParameters(item, document)] as const,
  );
  return normalise({ ...document, paths: Object.fromEntries(paths) }) as Document;
}

function normalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalise);
  if (!isObject(value)) return value;
  const only: unknown = Array.isArray(value.allOf) && value.allOf.length === 1 ? value.allOf[0] : undefined;
  if (isObject(only) && Object.keys(value).length === 1) return normalise(only);
  const said = Object.entries(value).filter(([key, child]) => !isImplied(key, child, value));
  return Object.fromEntries(said.map(([key, child]) => [key, data.has(key) ? child : normaliseMember(key, child)]));
}

function normaliseMember(key: string, value: unknown): unknown {
  const isSet = (key === 'enum' || key === 'required') && Array.isArray(value);
  return isSet ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : normalise(value);
}

function isImplied(key: string, value: unknown, owner: Json): boolean {
  if (falseByDefault.has(key)) return value === false;
  if (typeof owner.in !== 'string') return false;
  const style = owner.in === 'query' || owner.in === 'cookie' ? 'form' : 'simple';
  if (key === 'style') return value === style;
  return key === 'explode' && value === ((owner.style ?? style) === 'form');
}

/** Parameters of a path are parameters of each of its operations, unless an operation has its own of that name. */
function withOwnParameters(item: unknown, document: Document): unknown {
  if (!isObject(item) || !Array.isArray(item.parameters)) return item;
  const { parameters: all, ...others } = item;
  const parameters = all as unknown[];
  const entries = Object.entries(others).map(([key, operation]) => {
    if (!methods.includes(key) || !isObject(operation)) return [key, operation];
    const own: unknown[] = Array.isArray(operation.parameters) ? operation.parameters : [];
    const names = new Set(own.map((parameter) => nameOf(parameter, document)));
    const shared = parameters.filter((parameter) => !names.has(nameOf(parameter, document)));
    return [key, { ...operation, parameters: [...shared, ...own] }];
  });
  return Object.fromEntries(entries);
}

function nameOf(parameter: unknown, document: Document): string {
  const isReference = isObject(parameter) && typeof parameter.$ref === 'string';
  const target = isReference ? at(document, parameter.$ref as string) : parameter;
  return isObject(target) ? `${String(target.in)} ${String(target.name)}` : '';
}
