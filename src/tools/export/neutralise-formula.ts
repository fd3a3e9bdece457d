/** As spreadsheets read it: the sign that opens a formula, in ASCII or in the full width of East Asian keyboards. */
const opening = '[=+\\-@＝＋－＠]';

/**
 * Where a cell begins: at its start, and also after a tab, a line break or a semicolon within, where a spreadsheet with
 * other separators than commas begins another. Spaces and invisible characters before the sign do not protect; tabs
 * and line breaks among them begin a cell of their own, so that each character is looked at once.
 */
const formula = new RegExp(`(^|[;\\t\\r\\n])((?:(?![\\t\\r\\n])[\\s\\p{Cc}\\p{Cf}])*)(?=${opening})`, 'gu');

/** What nearly all cells are not, asked first because it is fast. */
const suspect = /^[^A-Za-z0-9]|[;\t\r\n]/;

/** A sign and digits are a value to every spreadsheet: phone numbers and amounts stay what they are. */
const plainNumber = /^[+-]\d+(\.\d+)?$/;

/**
 * The text so that no spreadsheet runs it: an apostrophe goes before each `=`, `+`, `-` or `@` that a cell begins with.
 * Plain numbers (`+17325550100`, `-5`, `-0.25`) stay untouched; `+1-732-555-0100` does not, being a subtraction.
 */
export function neutraliseFormula(text: string): string {
  if (!suspect.test(text) || plainNumber.test(text)) return text;
  return text.replace(formula, "$1$2'");
}
