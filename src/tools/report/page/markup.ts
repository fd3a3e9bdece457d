/** A piece of HTML that is safe to put into a page. Only `html` and `trusted` make one. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** The values that a template takes: strings and numbers are escaped; `null`, `undefined` and `false` are left out. */
export type Content = string | number | Markup | null | undefined | false | readonly Content[];

/** Template tag: makes a piece of HTML with every value escaped, so that an escape cannot be forgotten. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const parts = strings.map((part, index) => {
    return part.replace(indent, '\n') + (index < values.length ? source(values[index]) : '');
  });
  return new Markup(parts.join(''));
}

/** Lines of a template are indented in the code, not on the page. */
const indent = /\n\s+/g;

/** Takes a string as HTML. Only for HTML that this package has written itself. */
export function trusted(source: string): Markup {
  return new Markup(source);
}

/**
 * A string of unknown origin, such as a caller's name. It is isolated, so that its writing direction does not affect
 * the text around it. If it is shortened, the tooltip shows all of it.
 */
export function untrusted(value: string): Markup {
  const clean = printable(value);
  const short = shortened(clean);
  return short === clean ? html`<bdi>${clean}</bdi>` : html`<bdi title="${clean}">${short}</bdi>`;
}

/** The same for the places that take no element, such as the title of the document. */
export function plain(value: string): string {
  return shortened(printable(value));
}

/** Removes characters that must not be shown, and line breaks. */
export function printable(value: string): string {
  return value
    .replace(/[\t\r\n\u2028\u2029]+/g, ' ')
    .replace(unprintable, '\ufffd')
    .replace(manyMarks, '$1')
    .trim();
}

/**
 * Control characters, halves of surrogate pairs, and the characters that embed, override or isolate a direction: with
 * them `\u202egnp.exe` would be shown as `exe.png`. Marks of direction and joiners are part of names and stay.
 */
const unprintable = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** More accents on one letter than any script needs: they would cover the lines above and below. */
const manyMarks = /(\p{M}{4})\p{M}+/gu;

/** The longest name that is shown whole, in characters as people count them. */
const mostCharacters = 80;

function shortened(value: string): string {
  if (value.length <= mostCharacters) return value;
  const characters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(value)];
  if (characters.length <= mostCharacters) return value;
  const kept = characters.slice(0, mostCharacters - 1).map(({ segment }) => segment);
  return `${kept.join('').trimEnd()}…`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function source(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.source;
  if (typeof value === 'object') return value.map(source).join('');
  return String(value).replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}
