const maxExcerptCharacters = 200;

/**
 * Seven or more digits, in any script and grouping, are taken for a phone number; fault codes and account ids are
 * shorter.
 */
const phoneNumber = /\+?(?:\p{Nd}{1,3}[\s.-]{0,2}\()?\(?\p{Nd}(?:[\s./_)\p{Pd}]{0,3}\p{Nd}){6,}/gu;

const secrets: [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [
    /((?:access_|refresh_|id_)?token|password|client_secret|secret|code)(["']?\s*[:=]\s*["']?)[^\s"'&<>,;]{4,}/gi,
    '$1$2[redacted]',
  ],
  // Long unbroken runs are tokens or ids, never words.
  [/[\w~+/=-]{24,}/g, '[redacted]'],
  [phoneNumber, '[number]'],
];

/** Returns the text with everything redacted that looks like a token, a password or a phone number. */
export function redact(text: string): string {
  return secrets.reduce((redacted, [pattern, replacement]) => redacted.replaceAll(pattern, replacement), text);
}

/** Hiding a secret that is shorter, in characters, would hide parts of ordinary words. */
const shortestSecret = 4;

/** Returns the text without known secrets, in every spelling in which a server may repeat them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= shortestSecret)
    .map((secret) => new RegExp(Array.from(secret, spellingsOf).join(''), 'giu'))
    .reduce((hidden, pattern) => hidden.replaceAll(pattern, '[redacted]'), text);
}

const entities: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** A pattern for one character: as it is, percent-encoded, escaped in JSON, or as an entity in HTML and XML. */
function spellingsOf(character: string): string {
  // Nothing encodes these, and a token of a thousand of them would make a slow pattern.
  if (/[a-z0-9]/i.test(character)) return character;
  const hex = (code: number, digits = 1): string => code.toString(16).padStart(digits, '0');
  const code = character.codePointAt(0) ?? 0;
  const bytes = Array.from(new TextEncoder().encode(character), (byte) => `%(?:25)?${hex(byte, 2)}`);
  const units = Array.from(character.split(''), (unit) => `\\\\u${hex(unit.charCodeAt(0), 4)}`);
  const entity = entities[character];
  const spellings = [
    bytes.join(''),
    units.join(''),
    `&#0*${code};`,
    `&#x0*${hex(code)};`,
    ...(entity === undefined ? [] : [`&${entity};`]),
    ...(character === ' ' ? ['\\+'] : []),
    // This is last, because `%` and `&` begin other spellings of themselves.
    `\\\\?\\u{${hex(code)}}`,
  ];
  return `(?:${spellings.join('|')})`;
}

/** An id in the shape of a UUID or of a long hexadecimal number holds no phone number. */
const opaqueId = /^(?=.*[a-f])[0-9a-f-]{16,64}$/i;

/** A server's id of a request, as errors show it: without known secrets and phone numbers, at most 100 characters. */
export function shownId(id: string, secrets: readonly string[]): string {
  const shown = withoutSecrets(id, secrets).slice(0, 100);
  return opaqueId.test(shown) ? shown : shown.replaceAll(phoneNumber, '[number]');
}

/** The start of a server's text for a message: redacted, on one line, at most 200 characters. */
export function excerpt(text: string): string {
  // Cut before matching, so that a body of megabytes costs nothing; a secret that the cut halves is still redacted, or
  // too short to matter. It is joined into one line first, since a control character inside a number would hide it.
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
