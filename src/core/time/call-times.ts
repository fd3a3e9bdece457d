import { MalformedResponseError } from '../errors/index.ts';
import { tryParseApiTime } from './api-time.ts';

/** When the call started. Throws a `MalformedResponseError` if the row's `start` is not a time of the API (fact 18). */
export function callStart(call: { readonly start: string }): Date {
  return parseField('start', call.start);
}

/** When the call ended. Throws a `MalformedResponseError` if the row's `end` is not a time of the API (fact 18). */
export function callEnd(call: { readonly end: string }): Date {
  return parseField('end', call.end);
}

function parseField(field: string, text: string): Date {
  const date = tryParseApiTime(text);
  if (date) return date;
  throw new MalformedResponseError(`The "${field}" of a call is not a time as "yyyy-MM-dd HH:mm:ss"`);
}
