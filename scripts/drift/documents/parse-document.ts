import { parse } from 'yaml';

import { CouldNotTell } from './could-not-tell.ts';

export type Json = Record<string, unknown>;

/** An OpenAPI 3 document, of which no more is known than that it is one. */
export interface Document extends Json {
  openapi: string;
  info: Json;
  paths: Json;
}

/** @throws CouldNotTell for anything but an OpenAPI 3 document whose references stay inside it and can be followed. */
export function parseDocument(text: string, name: string): Document {
  if (text.trim() === '') throw new CouldNotTell(`${name} is empty`);
  const value = parseYaml(text, name);
  if (!isDocument(value)) {
    const start = JSON.stringify(text.trimStart().slice(0, 40));
    throw new CouldNotTell(`${name} is not an OpenAPI 3 document; it starts with ${start}`);
  }
  refuseForeignReferences(value, value, name);
  return value;
}

function parseYaml(text: string, name: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new CouldNotTell(`${name} is neither JSON nor YAML: ${reason}`, { cause: error });
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDocument(value: unknown): value is Document {
  if (!isObject(value) || typeof value.openapi !== 'string' || !value.openapi.startsWith('3.')) return false;
  return isObject(value.info) && isObject(value.paths);
}

/** A reference to a file or an address would make the comparison read it, so a published document could name any. */
function refuseForeignReferences(value: unknown, document: Document, name: string): void {
  if (typeof value !== 'object' || value === null) return;
  const reference = '$ref' in value ? value.$ref : undefined;
  if (typeof reference === 'string') {
    if (!reference.startsWith('#/')) throw new CouldNotTell(`${name} refers to another document, ${reference}`);
    if (at(document, reference) === undefined) throw new CouldNotTell(`${name} refers to ${reference}, which it lacks`);
  }
  for (const child of Object.values(value)) refuseForeignReferences(child, document, name);
}

/** The names of a JSON pointer. */
export function namesOf(pointer: string): string[] {
  const names = pointer.replace(/^#\/?/, '').split('/');
  return names.filter((part) => part !== '').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands at a JSON pointer; undefined where there is nothing. */
export function at(document: unknown, pointer: string): unknown {
  let value = document;
  for (const name of namesOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
