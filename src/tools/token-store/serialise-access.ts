import type { LoginRefusal, StoredAccess, StoredTokens } from '../../core/auth/token-store.ts';

/** Raised when an older release could misread the file. */
const formatVersion = 1;

type Fields = Record<string, unknown>;

export function serialiseAccess(access: StoredAccess): string {
  return `${JSON.stringify({ version: formatVersion, ...access }, undefined, 2)}\n`;
}

/** Throws an `Error` without any of the text, if it isn't what `serialiseAccess` writes. */
export function parseAccess(text: string): StoredAccess {
  const file = parseJson(text);
  if (!isFields(file) || file.version !== formatVersion) throw unreadable();
  const { tokens, refusals = [] } = file;
  if (tokens !== undefined && !isTokens(tokens)) throw unreadable();
  if (!Array.isArray(refusals) || !refusals.every(isRefusal)) throw unreadable();
  return { ...(tokens === undefined ? {} : { tokens }), refusals };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message would quote the text.
    throw unreadable();
  }
}

function unreadable(): Error {
  return new Error('The file is damaged or of another release');
}

function isTokens(value: unknown): value is StoredTokens {
  return (
    isFields(value) &&
    typeof value.accessToken === 'string' &&
    isOptional(value, 'number', 'renewAt', 'expiresAt') &&
    isOptional(value, 'string', 'refreshToken', 'scope')
  );
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

function isOptional(fields: Fields, type: 'number' | 'string', ...names: string[]): boolean {
  return names.every((name) => fields[name] === undefined || typeof fields[name] === type);
}

/** Milliseconds that a `Date` can hold. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
