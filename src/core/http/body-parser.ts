/** What stands before the calls of a page, as the API writes it. A body written in another way is parsed whole. */
const listStart = '"_embedded":{"call_logs":[';

/** Between two calls, and wherever else two objects follow each other. */
const seam = '},{';

const defaults = {
  /** In characters; smaller parts would cost more calls of the parser than they save. */
  smallestPart: 16_384,
  /** Throws where the text is no JSON. */
  parse: (text: string): unknown => JSON.parse(text),
};

/**
 * Parses a body while it arrives. A page of 1,000 calls is more than half a megabyte; V8 maps memory of its own for so
 * long a string, which costs up to half of the time that a page takes. So the calls are parsed in parts.
 *
 * That is safe whatever the body holds. Each part has to be a JSON array by itself, and what is left has to be JSON with
 * the rest of the list in its place: the elements of arrays, one after another, are those of one array. Where a cut
 * fell into a text or into something nested, a part is no JSON, and the body is parsed whole.
 */
export class BodyParser {
  readonly #options: typeof defaults;
  readonly #parts: unknown[][] = [];
  #text = '';
  /** Up to the start of the list; undefined until it is there. */
  #head: string | undefined;
  /** What is not parsed yet. */
  #rest = '';
  #inParts = true;

  constructor(options: Partial<typeof defaults> = {}) {
    this.#options = { ...defaults, ...options };
  }

  /** All that has arrived. */
  get text(): string {
    return this.#text;
  }

  push(piece: string): void {
    this.#text += piece;
    if (!this.#inParts) return;
    this.#rest += piece;
    if (this.#head === undefined) this.#findList();
    if (this.#head !== undefined && this.#rest.length >= this.#options.smallestPart) this.#parsePart();
  }

  /** The parsed body; undefined if it is no JSON object or array. */
  end(): unknown {
    const joined = this.#inParts && this.#parts.length > 0 ? this.#join() : undefined;
    return joined ?? this.#parseWhole();
  }

  #findList(): void {
    const end = this.#rest.indexOf(listStart) + listStart.length;
    if (end < listStart.length) return;
    this.#head = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
  }

  #parsePart(): void {
    const end = this.#rest.lastIndexOf(seam) + 1;
    if (end === 0) return;
    const part = this.#tryParse(`[${this.#rest.slice(0, end)}]`);
    if (Array.isArray(part)) this.#parts.push(part);
    else this.#inParts = false;
    this.#rest = this.#rest.slice(end + 1);
  }

  #join(): unknown {
    // The mark tells whether the list is the one of the calls, or another under the same names.
    const page = this.#tryParse(`${this.#head ?? ''}null,${this.#rest}`) as Page | undefined;
    const list = page?._embedded?.call_logs;
    if (!page?._embedded || !Array.isArray(list) || list.shift() !== null) return undefined;
    page._embedded.call_logs = [...this.#parts, list].flat();
    return page;
  }

  #parseWhole(): unknown {
    // HTML and XML are common under an error; looking first spares a throw for each.
    return /^\s*[[{]/.test(this.#text) ? this.#tryParse(this.#text) : undefined;
  }

  #tryParse(text: string): unknown {
    try {
      return this.#options.parse(text);
    } catch {
      return undefined;
    }
  }
}

interface Page {
  _embedded?: { call_logs?: unknown } | null;
}
