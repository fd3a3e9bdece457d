import type { InvalidParameter } from '../errors/index.ts';
import { excerpt } from '../errors/redact.ts';
import { present } from '../present.ts';
import type { BufferedResponse } from './attempt.ts';
import { type Fields, isFields } from './body-parser.ts';

/**
 * The content of an error response in any shape. Every field but `code` is as the server wrote it: redact it before
 * showing it.
 */
export interface Fault {
  /** The gateway's fault code (fact 29), or OAuth's `error` (RFC 6749, 5.2); redacted, since errors carry it. */
  readonly code?: string;
  readonly message?: string;
  readonly description?: string;
  /** Fact 30: reads like `2026-Sep-12 20:00:00+0000 UTC`. */
  readonly nextAccessTime?: string;
  readonly invalidParameters?: readonly InvalidParameter[];
}

/** Tells whether a text is an HTML document rather than a fault in XML. */
export function isHtml(text: string): boolean {
  return /^\s*<(?:!doctype html|html)\b/i.test(text);
}

/** Reads a fault from JSON (wrapped or flat), XML or HTML (facts 9, 28, 31); an empty object if it says nothing. */
export function readFault({ json, text }: Pick<BufferedResponse, 'json' | 'text'>): Fault {
  if (isFields(json)) return readJsonFault(isFields(json.fault) ? json.fault : json);
  if (/^\s*</.test(text) && !isHtml(text)) return readXmlFault(text);
  return present({ message: /<title>([^<]{1,200})<\/title>/i.exec(text)?.[1]?.trim() });
}

/** The server's words: code, message and description, redacted and short; empty if it says nothing. */
export function wordsOf({ code, message, description }: Fault): string {
  return excerpt([code, message, description].filter((word) => word !== undefined).join(' '));
}

/**
 * Returns the status that a fault's code means (fact 29), which may differ from the response's status; undefined for
 * other codes.
 */
export function statusOf({ code }: Fault): number | undefined {
  return code === undefined ? undefined : statusByCode.find(([pattern]) => pattern.test(code))?.[1];
}

const statusByCode: [RegExp, number][] = [
  [/^9009(01|02|05|07|09|11)$/, 401],
  [/^9009(06|08|10)$/, 403],
  [/^9008(00|0[2-7])$/, 429],
  [/^900900$/, 500],
  [/^(700700|900801|10150\d)$/, 503],
];

function readJsonFault(fields: Fields): Fault {
  const code = asText(fields.code) ?? asText(fields.error);
  return present({
    code: code && excerpt(code),
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
  const code = element('code');
  return present({
    code: code && excerpt(code),
    message: element('message'),
    description: element('description'),
    nextAccessTime: element('nextAccessTime'),
  });
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The wait that the server asks for, in milliseconds: `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3),
 * else the fault's `nextAccessTime` (fact 30). A fraction of seconds is not standard, but is sent. Dates are compared
 * with the response's own `Date`, so a wrong clock on this side does not matter. Undefined if the server does not say,
 * or if the value cannot be read.
 */
export function readRetryAfter(
  { headers }: Pick<BufferedResponse, 'headers'>,
  fault: Fault,
  now: number,
): number | undefined {
  const header = headers.get('retry-after')?.trim();
  if (header !== undefined && /^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000);

  const until = readHttpDate(header) ?? readNextAccessTime(fault.nextAccessTime);
  if (until === undefined) return undefined;
  const serverNow = readHttpDate(headers.get('date')) ?? now;
  return Math.max(0, until - serverNow);
}

/** `Date.parse` alone would accept numbers and much else as a date; every form of an HTTP date contains a time. */
function readHttpDate(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || !/^[A-Z][a-z]+,? .*\d\d:\d\d:\d\d/.test(text)) return undefined;
  // The asctime form names no zone and means GMT, which Date.parse would take for local time.
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

/** `2026-Sep-12 20:00:00+0000 UTC` */
function readNextAccessTime(text: string | undefined): number | undefined {
  const match = /^(\d{4})-([A-Z][a-z]{2})-(\d\d) (\d\d:\d\d:\d\d)([+-]\d\d):?(\d\d)/.exec(text ?? '');
  if (!match) return undefined;
  const [, year, monthName = '', day, time, offsetHours, offsetMinutes] = match;
  const month = String(months.indexOf(monthName) + 1).padStart(2, '0');
  const parsed = Date.parse(`${year}-${month}-${day}T${time}${offsetHours}:${offsetMinutes}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
