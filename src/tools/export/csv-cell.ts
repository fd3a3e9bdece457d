/** Nearly all cells: nothing in them needs quotes, replacing or neutralising. Tested first, because it is fast. */
const plain = /^[A-Za-z0-9](?:[\w .:@+-]*[\w.])?$/;

/**
 * A value as a CSV cell. `null` and absent are empty; values of a kind that is not expected are written as JSON.
 *
 * Callers choose their names, so a cell may hold anything. The rules follow what spreadsheets, databases and terminals
 * do: a carriage return, alone or before a line feed, becomes a line feed (Excel's line break within a cell; alone it
 * ends a record for many readers), a tab becomes a space (it would split the cell where tabs separate), and every other
 * control character (C0 with NUL, DEL, C1) becomes U+FFFD (PostgreSQL stops at NUL, a terminal obeys ESC and CSI). A
 * cell is quoted if it holds a comma, a semicolon, a quote or a line feed, or begins or ends with a space.
 */
export function csvCell(value: unknown, neutraliseFormulas: boolean): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (plain.test(text)) return text;
  const clean = text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replace(/(?!\n)\p{Cc}/gu, '\ufffd');
  return quoted(neutraliseFormulas ? neutralise(clean) : clean);
}

function quoted(cell: string): string {
  return /[",;\n]|^ | $/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A sign and digits are a value to every spreadsheet: telephone numbers and amounts stay what they are. */
const plainNumber = /^[+-]\d+(\.\d+)?$/;

/**
 * Finds each sign that would begin a formula: `=`, `+`, `-` or `@`, in ASCII or in the full width of East Asian
 * keyboards. A cell begins at its start. A spreadsheet that separates by semicolons also begins one after a semicolon
 * or a line feed inside the cell. Spaces, invisible characters and quotes before the sign do not protect: a cell that
 * is cut at a semicolon begins with the quotes of CSV, which the spreadsheet removes.
 */
const formula = /(^|[;\n])((?:(?!\n)[\s\p{Cf}"])*)(?=[=+\-@＝＋－＠])/gu;

/** Puts an apostrophe before each sign with which a spreadsheet would begin a formula. */
function neutralise(text: string): string {
  return plainNumber.test(text) ? text : text.replace(formula, "$1$2'");
}

/** Strings that Excel takes for a number, a date or a time. None of them can call a function. */
const looksNumeric = /^[\d.,:/+\- ]*\d[\d.,:/+\- ]*(?:[eE][+-]?\d+)?$/;

/**
 * A string that Excel would take for a number, as a cell that stays text: `="0123"`. Excel drops leading zeros and
 * signs otherwise, and rounds after 15 digits. Undefined for all other values.
 */
export function excelText(value: unknown): string | undefined {
  return typeof value === 'string' && looksNumeric.test(value) ? `"=""${value}"""` : undefined;
}

/** A whole number of seconds as `h:mm:ss`, which Excel reads as a duration; any other value as `csvCell` writes it. */
export function excelDuration(value: unknown): string {
  if (!Number.isSafeInteger(value) || Number(value) < 0) return csvCell(value, true);
  const seconds = Number(value);
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  return `${Math.floor(seconds / 3600)}:${minutes ?? ''}:${rest ?? ''}`;
}
