import { parse } from 'yaml';

export type Json = Record<string, unknown>;

/** An OpenAPI 3 document. Nothing else is known about its content. */
export interface Document extends Json {
  openapi: string;
  info: Json;
  paths: Json;
}

/** The reason why there is no verdict, in one line. It never means "no drift". */
export class CouldNotTell extends Error {
  override readonly name = 'CouldNotTell';

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message).slice(0, 300), options);
  }
}

/** The first line of an error's message. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return oneLine(message.split('\n')[0] ?? '') || 'an error without a message';
}

/**
 * Makes a string from a document fit to be printed: a line break in a name could start a workflow command in a log, an
 * escape character could start a terminal command.
 */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();

/** @throws CouldNotTell unless the text is an OpenAPI 3 document whose references all lead to a place inside it. */
export function parseDocument(text: string, name: string): Document {
  if (text.trim() === '') throw new CouldNotTell(`${name} is empty`);
  const value = parseText(text, name);
  if (!isDocument(value)) {
    const start = JSON.stringify(text.trimStart().slice(0, 40));
    throw new CouldNotTell(`${name} is not an OpenAPI 3 document; it starts with ${start}`);
  }
  checkReferences(value, value, name);
  return value;
}

function parseText(text: string, name: string): unknown {
  try {
    // The round trip replaces YAML aliases, which share one object, by copies.
    return JSON.parse(text.trimStart().startsWith('{') ? text : JSON.stringify(parse(text, { logLevel: 'error' })));
  } catch (error) {
    throw new CouldNotTell(`${name} is neither JSON nor YAML: ${reasonOf(error)}`, { cause: error });
  }
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; an empty one where it is anything else. */
export const objectOf = (value: unknown): Json => (isObject(value) ? value : {});

/** The value as a list; an empty one where it is anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

function isDocument(value: unknown): value is Document {
  if (!isObject(value) || typeof value.openapi !== 'string' || !value.openapi.startsWith('3.')) return false;
  return isObject(value.info) && (isObject(value.paths) || isObject(value.webhooks));
}

function checkReferences(value: unknown, document: Document, name: string): void {
  if (typeof value !== 'object' || value === null) return;
  const reference = '$ref' in value ? value.$ref : undefined;
  if (typeof reference === 'string') {
    if (!reference.startsWith('#')) throw new CouldNotTell(`${name} refers to another document, ${reference}`);
    if (!reference.startsWith('#/') || at(document, reference) === undefined)
      throw new CouldNotTell(`${name} refers to ${reference}, which it does not contain`);
  }
  for (const child of Object.values(value)) checkReferences(child, document, name);
}

/** The names in a JSON pointer. */
export function namesOf(pointer: string): string[] {
  const names = pointer.replace(/^#\/?/, '').split('/');
  const decode = (part: string): string => (/%[0-9a-f]{2}/i.test(part) ? decodeURIComponent(part) : part);
  return names.filter((part) => part !== '').map((part) => decode(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a JSON pointer; undefined where there is none. */
export function at(document: unknown, pointer: string): unknown {
  let value = document;
  for (const name of namesOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
