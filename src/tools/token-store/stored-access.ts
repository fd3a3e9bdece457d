import type { LoginRefusal, StoredAccess, StoredTokens, UnansweredLogins } from '../../core/auth/index.ts';
import { type Fields, isFields } from '../../core/http/index.ts';
import { present } from '../../core/present.ts';

/** Returns the access that a store has kept; undefined if a part of it has a shape that no store writes. */
export function accessOf({ tokens, refusals, unanswered }: Fields): StoredAccess | undefined {
  if (tokens !== undefined && !isTokens(tokens)) return undefined;
  if (refusals !== undefined && !isRefusals(refusals)) return undefined;
  if (unanswered !== undefined && !isUnanswered(unanswered)) return undefined;
  return present({ tokens, refusals, unanswered });
}

/** Parses JSON; returns undefined for anything else, since the engine's error would quote it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error of stored access that cannot be used. It counts as missing, with a `warning` event. */
export function unreadable(place: 'file' | 'row'): Error {
  return new Error(`The ${place} is damaged or of another release`);
}

function isTokens(value: unknown): value is StoredTokens {
  return (
    isFields(value) &&
    typeof value.accessToken === 'string' &&
    isOptional(value, 'number', 'renewAt', 'expiresAt') &&
    isOptional(value, 'string', 'refreshToken', 'scope')
  );
}

function isRefusals(value: unknown): value is LoginRefusal[] {
  return Array.isArray(value) && value.every(isRefusal);
}

function isRefusal(value: unknown): value is LoginRefusal {
  return (
    isFields(value) &&
    typeof value.fingerprint === 'string' &&
    isTime(value.at) &&
    typeof value.locked === 'boolean' &&
    isOptional(value, 'number', 'status') &&
    isOptional(value, 'string', 'faultCode')
  );
}

function isUnanswered(value: unknown): value is UnansweredLogins {
  return isFields(value) && isTime(value.at) && Number.isInteger(value.count);
}

function isOptional(fields: Fields, type: 'number' | 'string', ...names: string[]): boolean {
  return names.every((name) => fields[name] === undefined || typeof fields[name] === type);
}

/** Milliseconds that a `Date` can hold. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}
