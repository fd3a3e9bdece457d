import { isObject, type Document } from './parse-document.ts';

/** The same document without what has no meaning: an `allOf` of one schema says no more than the schema does. */
export function normaliseDocument(document: Document): Document {
  return unwrap(document) as Document;
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isObject(value)) return value;
  const { allOf, ...others } = value;
  const only: unknown = Array.isArray(allOf) && allOf.length === 1 ? allOf[0] : undefined;
  if (isObject(only) && Object.keys(others).length === 0) return unwrap(only);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, unwrap(child)]));
}
