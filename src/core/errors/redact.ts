const maxExcerptCharacters = 200;

const secrets: [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [
    /((?:access_|refresh_|id_)?token|password|client_secret|secret|code)(["']?\s*[:=]\s*["']?)[^\s"'&<>,;]{4,}/gi,
    '$1$2[redacted]',
  ],
  // Long unbroken runs are tokens or ids, never words.
  [/[\w~+/=-]{24,}/g, '[redacted]'],
  // Seven digits and more, of whatever script, are taken for a phone number, however grouped; fault codes and account
  // ids are shorter.
  [/\+?(?:\p{Nd}{1,3}[\s.-]{0,2}\()?\(?\p{Nd}(?:[\s./_)\p{Pd}]{0,3}\p{Nd}){6,}/gu, '[number]'],
];

/** The text without what looks like a token, a password or a phone number. */
export function redact(text: string): string {
  return secrets.reduce((redacted, [pattern, replacement]) => redacted.replaceAll(pattern, replacement), text);
}

/** Shorter ones than this, in characters, would blot out ordinary words. */
const shortestSecret = 4;

/** The text without secrets that are known, in the spellings in which a server may repeat what it was sent. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap(spellingsOf)
    .reduce((hidden, secret) => hidden.replaceAll(secret, '[redacted]'), text);
}

function spellingsOf(secret: string): string[] {
  const inForm = new URLSearchParams({ secret }).toString().slice('secret='.length);
  const inHtml = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return [secret, inForm, inForm.replaceAll('+', '%20'), JSON.stringify(secret).slice(1, -1), inHtml];
}

/** The start of a server's text for a message: redacted, on one line, at most 200 characters. */
export function excerpt(text: string): string {
  // Cut before matching, so that a body of megabytes costs nothing; what the cut halves is still redacted or short.
  // Made one line first, since a control character inside a number would hide it.
  const start = text.slice(0, 4 * maxExcerptCharacters).replaceAll(/[\s\p{Cc}]+/gu, ' ');
  const line = redact(start).trim();
  return line.length <= maxExcerptCharacters ? line : `${line.slice(0, maxExcerptCharacters - 1)}…`;
}

const maxQuotedCharacters = 40;

/**
 * A caller's value in quotes, for a message. It is redacted unless it begins as a date does: `from` is also the API's
 * name for the caller's phone number, and a mix-up must not print it.
 */
export function quoted(value: unknown): string {
  if (typeof value !== 'string') return value === null ? 'null' : `a value of type ${typeof value}`;
  const text = /^\d{4}-\d\d?-\d\d?(?!\d)/.test(value) ? value : excerpt(value);
  return JSON.stringify(text.length <= maxQuotedCharacters ? text : `${text.slice(0, maxQuotedCharacters)}…`);
}

const maxCauseDepth = 3;

/**
 * A copy of a foreign error that is safe to keep as a cause: its name, code and redacted message, and its own causes
 * likewise. A `fetch` may attach its whole request to the error it throws, with the token in the headers.
 */
export function safeCause(error: unknown, depth = 1): Error {
  if (!(error instanceof Error)) return new Error(redact(textOf(error)));
  const inner = error.cause === undefined || depth === maxCauseDepth ? undefined : safeCause(error.cause, depth + 1);
  const copy = new Error(redact(error.message), inner === undefined ? undefined : { cause: inner });
  copy.name = error.name;
  if ('code' in error && typeof error.code === 'string') Object.assign(copy, { code: error.code });
  return copy;
}

/** The text of any thrown value; some objects cannot be converted to a string. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}
