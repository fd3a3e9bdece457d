import type { TimeWindow } from '../../../core/errors/index.ts';
import { formatForPeople } from '../../../core/time/index.ts';

/** Control characters (C0 and C1) move the cursor, colour the screen or worse; direction marks disguise text. */
const unprintable = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Returns untrusted text for one line of a terminal: characters that would act on the terminal are shown as escapes.
 */
export function printable(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').replace(unprintable, escaped);
}

/** Returns rows for a terminal: as `printable`, but line ends and tabs stay. A lone carriage return does not. */
export function printableLines(text: string): string {
  return text
    .split(/(\r?\n)/)
    .map((part) =>
      /^\r?\n$/.test(part) ? part : part.replace(unprintable, (each) => (each === '\t' ? each : escaped(each))),
    )
    .join('');
}

/** Returns the value as one line of JSON whose strings hold no character that acts on a terminal. */
export function printableJson(value: unknown): string {
  // JSON escapes the C0 characters itself; the rest can only be inside strings, where an escape means the same.
  return JSON.stringify(value).replace(unprintable, escaped);
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** Returns the text in lines of at most `width` characters, broken between words; a longer word stays whole. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** `12,345`, of a whole number. The first `Intl.NumberFormat` of a process takes 10 ms, which every command would wait. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 call`, `12,345 calls`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A range in a zone, and on a second line in UTC, for the lines of a summary. */
export function rangeText({ from, to }: TimeWindow, timeZone: string): string {
  return [...new Set([timeZone, 'UTC'])]
    .map((zone) => `${formatForPeople(from, zone)} up to ${formatForPeople(to, zone)}`)
    .join('\n         ');
}

/** `12 requests (2 repeats), no login`. */
export function workText(requests: number, logins: number, repeats = ''): string {
  return `${counted(requests, 'request')}${repeats}, ${logins === 0 ? 'no login' : counted(logins, 'login')}`;
}

/** A message without its full stop and what to do about it, as whole sentences. */
export function withHint({ message, hint }: { readonly message: string; readonly hint?: string | undefined }): string {
  const sentence = `${message.replace(/\.$/, '')}.`;
  return hint === undefined ? sentence : `${sentence} ${hint}`;
}

/** The first lines, then how many more there are; `--json` names them all. */
export function atMost(most: number, lines: readonly string[]): string[] {
  const more = lines.length - most;
  return more > 0 ? [...lines.slice(0, most), `and ${more} more (--json names them all)`] : [...lines];
}

/** `40 ms`, `4.2 s`, `12 s`, `3 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `a, b or c`. */
export function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

const plainWord = /^[\w@%+=:,./-]+$/;

/** Returns the words as one command line for a POSIX shell, quoted where the shell would change them. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (plainWord.test(word) ? word : quoteForShell(word))).join(' ');
}

/** Returns the word in single quotes, as a POSIX shell reads it. */
export function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
