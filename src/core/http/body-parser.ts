/** A value that could not be read exactly as it was sent. */
export interface Anomaly {
  /**
   * `invalid-utf8`: bytes that are not UTF-8 came out as U+FFFD. `inexact-number`: an integer that a JavaScript number
   * cannot hold came out as a string of its digits.
   */
  readonly kind: 'invalid-utf8' | 'inexact-number';
  /** The name of the field, if it can be told. */
  readonly field?: string;
}

/** A body that was read and, if it is JSON, parsed. */
export class ParsedBody {
  /** The parsed body; undefined if the text is not a JSON object or array. */
  readonly json: unknown;
  readonly anomalies: readonly Anomaly[];
  readonly #chunks: readonly Uint8Array[];
  #text: string | undefined;

  constructor(chunks: readonly Uint8Array[], json: unknown, anomalies: readonly Anomaly[]) {
    this.#chunks = chunks;
    this.json = json;
    this.anomalies = anomalies;
  }

  /** Decoded when it is first used: the text of a page of calls never is. */
  get text(): string {
    return (this.#text ??= textOf(this.#chunks));
  }
}

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Tells whether a parsed value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The start of the list of calls. White space is bounded, so that the search is linear. */
const listStart = /"_embedded"\s{0,80}:\s{0,80}\{\s{0,80}"call_logs"\s{0,80}:\s{0,80}\[/;

const defaults = {
  /** In bytes; smaller parts would cost more calls of the parser than they save. */
  smallestPart: 16_384,
  /** Throws if the text is not JSON. */
  parse: (text: string): unknown => JSON.parse(text),
};

/**
 * Parses a body while it arrives. A page of 1,000 calls is more than half a megabyte. As one string it would be copied
 * by the garbage collector, or live outside of its young generation: decoding and parsing it whole takes 3.0 ms, in
 * parts 2.6 ms, and a decoder that carries characters over from chunk to chunk takes another 0.5 ms. So bytes are kept,
 * and each part is decoded by itself.
 *
 * The result is that of `JSON.parse`, whatever the body holds. After the start of the list, the body is cut between two
 * objects, where no character of UTF-8 can be cut, and each part must be the content of a JSON array. What is left is
 * parsed twice, with two different placeholders at the start of the list. If each shows in its result as the first of
 * the calls, the placeholder is an element of the list of calls, and the elements of the parts belong in its place. If
 * not, because a cut fell into a string, say, or because the list is another one of the same name, the whole body is
 * parsed at once.
 */
export class BodyParser {
  readonly #options: typeof defaults;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #chunks: Uint8Array[] = [];
  readonly #parts: unknown[][] = [];
  /** The text up to the start of the list; undefined until it is there. */
  #head: string | undefined;
  readonly #rest = new Rest();
  /**
   * The length of the rest at which it is searched next; doubled after a search without a result, so that all searches
   * together take linear time.
   */
  #searchAt = 0;
  #inParts = true;
  #hasReplacement = false;
  #hasLongInteger = false;

  constructor(options: Partial<typeof defaults> = {}) {
    this.#options = { ...defaults, ...options };
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    if (!this.#inParts) return;
    this.#rest.append(bytes);
    if (this.#rest.length < this.#searchAt) return;
    if (this.#head === undefined) this.#findList();
    if (this.#head !== undefined && this.#rest.length >= this.#options.smallestPart) this.#parsePart();
  }

  /** Takes a whole body that was decoded already. */
  pushText(text: string): void {
    this.push(new TextEncoder().encode(text));
  }

  end(): ParsedBody {
    const json = this.#join() ?? this.#parseWhole();
    const anomalies = this.#findInvalidBytes();
    const kept = this.#hasLongInteger ? keepDigits(textOf(this.#chunks)) : undefined;
    if (kept === undefined || kept.fields.length === 0) return new ParsedBody(this.#chunks, json, anomalies);
    anomalies.push(...kept.fields.map((field) => anomaly('inexact-number', field)));
    return new ParsedBody(this.#chunks, this.#tryParse(kept.text), anomalies);
  }

  #findList(): void {
    const { bytes } = this.#rest;
    const match = listStart.exec(this.#decode(bytes));
    if (match === null) {
      this.#searchAt = 2 * bytes.length;
      return;
    }
    const head = match.input.slice(0, match.index + match[0].length);
    const sent = new TextEncoder().encode(head);
    // If bytes are not UTF-8, positions in the text do not match positions in the bytes.
    this.#inParts = sent.every((byte, at) => byte === bytes[at]);
    if (!this.#inParts) return;
    this.#head = head;
    this.#rest.drop(sent.length);
    this.#searchAt = 0;
  }

  /** Parses the objects that are complete, up to the last place where one object follows another. */
  #parsePart(): void {
    const comma = lastSeam(this.#rest.bytes);
    if (comma === undefined) {
      this.#searchAt = 2 * this.#rest.length;
      return;
    }
    const part = this.#tryParse(this.#decode(this.#rest.listUpTo(comma)));
    this.#rest.drop(comma + 1);
    this.#inParts = Array.isArray(part);
    if (Array.isArray(part)) this.#parts.push(part);
    this.#searchAt = 0;
  }

  #join(): unknown {
    if (this.#parts.length === 0) return undefined;
    // Parses what is complete, so that little of the list is parsed twice.
    if (this.#inParts) this.#parsePart();
    if (!this.#inParts) return undefined;
    const head = this.#head ?? '';
    const rest = this.#decode(this.#rest.bytes);
    const page = this.#tryParse(`${head}null,${rest}`);
    const list = callsOf(page);
    const isOurs = list?.[0] === null && callsOf(this.#tryParse(`${head}0,${rest}`))?.[0] === 0;
    if (!isOurs || !hasEmbedded(page)) return undefined;
    const none: unknown[] = [];
    page._embedded.call_logs = none.concat(...this.#parts, list.slice(1));
    return page;
  }

  #parseWhole(): unknown {
    const text = this.#decode(joined(this.#chunks), new TextDecoder());
    // Errors often come as HTML or XML. Checking the first character avoids an exception for each.
    return /^\s*[[{]/.test(text) ? this.#tryParse(text) : undefined;
  }

  #tryParse(text: string): unknown {
    try {
      return this.#options.parse(text);
    } catch {
      return undefined;
    }
  }

  #decode(bytes: Uint8Array, decoder = this.#decoder): string {
    const text = decoder.decode(bytes);
    this.#hasReplacement ||= text.includes('\uFFFD');
    this.#hasLongInteger ||= hasLongInteger(bytes);
    return text;
  }

  /** U+FFFD replaces invalid bytes, but a server may also have sent it as a character. */
  #findInvalidBytes(): Anomaly[] {
    if (!this.#hasReplacement || isUtf8(joined(this.#chunks))) return [];
    const text = textOf(this.#chunks);
    return [anomaly('invalid-utf8', fieldAt(text, text.indexOf('\uFFFD')))];
  }
}

function textOf(chunks: readonly Uint8Array[]): string {
  return new TextDecoder().decode(joined(chunks));
}

/** The number of digits of 2^53 - 1: a number holds every integer that has fewer. */
const longLength = 16;

/**
 * Tells whether JSON has an integer that a number may not be able to hold. Only every 16th byte is checked, since each
 * run of 16 digits covers one of them: that takes 0.1 ms for a page of 1,000 calls, against 0.7 ms for a regular
 * expression.
 */
function hasLongInteger(bytes: Uint8Array): boolean {
  for (let at = longLength - 1; at < bytes.length; at += longLength) {
    if (!isDigit(bytes[at]) || !(isDigit(bytes[at - longLength / 2]) || isDigit(bytes[at + longLength / 2]))) continue;
    let start = at;
    while (isDigit(bytes[start - 1])) start -= 1;
    while (isDigit(bytes[at + 1])) at += 1;
    if (at - start >= longLength - 1 && bytes[start - 1] !== quote) return true;
  }
  return false;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Bytes that wait to be parsed, in one buffer for the whole body. A buffer for each part would cost 0.2 ms a page. */
class Rest {
  /** Begins with a bracket, so that what follows can be read as a list without another copy. */
  #buffer = Uint8Array.of(openingBracket);
  #end = 1;

  get length(): number {
    return this.#end - 1;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(1, this.#end);
  }

  append(bytes: Uint8Array): void {
    const end = this.#end + bytes.length;
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#buffer.subarray(0, this.#end));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#end);
    this.#end = end;
  }

  drop(length: number): void {
    this.#buffer.copyWithin(1, 1 + length, this.#end);
    this.#end -= length;
  }

  /**
   * Returns the objects before a comma as the JSON of a list. It overwrites the comma, so drop the bytes up to it
   * afterwards.
   */
  listUpTo(comma: number): Uint8Array {
    this.#buffer[comma + 1] = closingBracket;
    return this.#buffer.subarray(0, comma + 2);
  }
}

const quote = 0x22;
const comma = 0x2c;
const openingBracket = 0x5b;
const closingBracket = 0x5d;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

/** Returns the position of the last comma between two adjacent objects; undefined if there is none. */
function lastSeam(bytes: Uint8Array): number | undefined {
  for (let at = bytes.lastIndexOf(openingBrace); at > 0; at = bytes.lastIndexOf(openingBrace, at - 1)) {
    const before = beforeSpace(bytes, at - 1);
    if (bytes[before] === comma && bytes[beforeSpace(bytes, before - 1)] === closingBrace) return before;
  }
  return undefined;
}

/** The place of the last byte up to `at` that is not white space; -1 if there is none. */
function beforeSpace(bytes: Uint8Array, at: number): number {
  let place = at;
  while (place >= 0 && isSpace(bytes[place])) place -= 1;
  return place;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

interface Page {
  readonly _embedded: { call_logs: unknown };
}

function hasEmbedded(json: unknown): json is Page {
  return isFields(json) && isFields(json._embedded);
}

function callsOf(json: unknown): readonly unknown[] | undefined {
  return hasEmbedded(json) && Array.isArray(json._embedded.call_logs) ? json._embedded.call_logs : undefined;
}

/** A string, or an integer of at least 16 digits outside of strings: every integer above 2^53 has that many. */
const stringOrLongInteger = /"[^"\\]*(?:\\[^][^"\\]*)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** The JSON with each integer that a number cannot hold as a string of its digits, and the names of their fields. */
function keepDigits(json: string): { readonly text: string; readonly fields: (string | undefined)[] } {
  const fields = new Set<string | undefined>();
  let lastString: string | undefined;
  const text = json.replaceAll(stringOrLongInteger, (token) => {
    if (token.startsWith('"')) lastString = token;
    if (token.startsWith('"') || Number.isSafeInteger(Number(token))) return token;
    fields.add(lastString?.slice(1, -1));
    return `"${token}"`;
  });
  return { text, fields: [...fields] };
}

/** The name of the field whose value is at this place; undefined if it can't be told. */
function fieldAt(text: string, at: number): string | undefined {
  return /"([^"\\]*)"\s*:\s*"[^"]*$/.exec(text.slice(Math.max(0, at - 1000), at))?.[1];
}

/** A name that is not an identifier may be data. */
function anomaly(kind: Anomaly['kind'], field: string | undefined): Anomaly {
  return { kind, ...(field !== undefined && /^[a-z_]\w{0,63}$/i.test(field) && { field }) };
}
