const maxExcerptCharacters = 200;

const secrets: [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [
    /((?:access_|refresh_|id_)?token|password|client_secret|secret|code)(["']?\s*[:=]\s*["']?)[^\s"'&<>,;]{4,}/gi,
    '$1$2[redacted]',
  ],
  // Long unbroken runs are tokens or ids, never words.
  [/[\w~+/=-]{24,}/g, '[redacted]'],
  // Seven digits and more are taken for a phone number, however grouped; fault codes and account ids are shorter.
  [/\+?(?:\d{1,3}[\s.-]?\()?\(?\d(?:\)?[\s.-]?\d){6,}/g, '[number]'],
];

/** The text without what looks like a token, a password or a phone number. */
export function redact(text: string): string {
  return secrets.reduce((redacted, [pattern, replacement]) => redacted.replaceAll(pattern, replacement), text);
}

/** The start of a server's text for a message: redacted, on one line, at most 200 characters. */
export function excerpt(text: string): string {
  // Cut before matching, so that a body of megabytes costs nothing; what the cut halves is still redacted or short.
  // Made one line first, since a control character inside a number would hide it.
  const start = text.slice(0, 4 * maxExcerptCharacters).replaceAll(/[\s\p{Cc}]+/gu, ' ');
  const line = redact(start).trim();
  return line.length <= maxExcerptCharacters ? line : `${line.slice(0, maxExcerptCharacters - 1)}…`;
}
