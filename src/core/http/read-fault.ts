import type { InvalidParameter } from '../errors/index.ts';
import { excerpt } from '../errors/redact.ts';
import type { Answer } from './answer.ts';

/** What an error answer says, whatever its shape. All but the code as the server wrote it: redact before showing. */
export interface Fault {
  /** The gateway's fault code (fact 29), or OAuth's `error` (RFC 6749, 5.2); bounded, for it becomes a field of errors. */
  readonly code?: string;
  readonly message?: string;
  readonly description?: string;
  /** Fact 30: reads like `2026-Sep-12 20:00:00+0000 UTC`. */
  readonly nextAccessTime?: string;
  readonly invalidParameters?: readonly InvalidParameter[];
}

type Fields = Record<string, unknown>;

/** Reads a fault from JSON (wrapped or flat), XML or HTML (facts 9, 28, 31); an empty object if it says nothing. */
export function readFault({ json, text }: Pick<Answer, 'json' | 'text'>): Fault {
  if (isFields(json)) return readJsonFault(isFields(json.fault) ? json.fault : json);
  return /^\s*<(?!!doctype html|html)/i.test(text) ? readXmlFault(text) : readHtmlFault(text);
}

function readJsonFault(fields: Fields): Fault {
  return compact({
    code: bounded(asText(fields.code) ?? asText(fields.error)),
    message: asText(fields.message) ?? asText(fields.title) ?? asText(fields.msg),
    description: asText(fields.description) ?? asText(fields.error_description),
    nextAccessTime: asText(fields.nextAccessTime),
    invalidParameters: readInvalidParameters(fields.invalid_parameters),
  });
}

function readInvalidParameters(value: unknown): InvalidParameter[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter(isFields).map((entry) => ({
    name: asText(entry.name) ?? '',
    reason: asText(entry.reason) ?? '',
  }));
}

/** The prefix of the elements varies with the kind of fault (fact 28). */
function readXmlFault(text: string): Fault {
  const element = (name: string): string | undefined =>
    new RegExp(`<(?:\\w+:)?${name}>([^<]{1,500})<`).exec(text)?.[1]?.trim();
  return compact({
    code: bounded(element('code')),
    message: element('message'),
    description: element('description'),
    nextAccessTime: element('nextAccessTime'),
  });
}

function readHtmlFault(text: string): Fault {
  return compact({ message: /<title>([^<]{1,200})<\/title>/i.exec(text)?.[1]?.trim() });
}

function compact(fault: { [Key in keyof Fault]: Fault[Key] | undefined }): Fault {
  return Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== undefined));
}

function bounded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : excerpt(text);
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
