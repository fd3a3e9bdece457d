/** Control characters move the cursor, colour the screen or worse; marks of direction make text look like other text. */
const unprintable = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/** Untrusted text on one line of a terminal: what would act on the terminal is shown as an escape. */
export function printable(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(unprintable, escaped);
}

/** Rows for a terminal: as `printable`, but lines stay lines. */
export function printableLines(text: string): string {
  return text.replace(unprintable, (character) => (/[\r\n\t]/.test(character) ? character : escaped(character)));
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
