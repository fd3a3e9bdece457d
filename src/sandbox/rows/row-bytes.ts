const CHUNK_ROWS = 64;
const LARGEST_CACHE_BYTES = 64 * 1024 * 1024;
const COMMA = 0x2c;

interface Chunk {
  readonly bytes: Buffer;
  /** Where each row ends in the bytes. */
  readonly ends: readonly number[];
}

/** Rows as bytes: written once, 64 at a time, and copied into pages; the oldest make room for others. */
export class RowBytes {
  readonly #writeRow: (index: number) => string;
  readonly #rowCount: number;
  readonly #chunks = new Map<number, Chunk>();
  #cachedBytes = 0;

  constructor(rowCount: number, writeRow: (index: number) => string) {
    this.#rowCount = rowCount;
    this.#writeRow = writeRow;
  }

  /** The rows, parted by commas, between a head and a tail. */
  join(rows: readonly number[], head: string, tail: string): Buffer {
    const slices = rows.map((row) => this.#slice(row));
    const headBytes = Buffer.byteLength(head);
    const length = slices.reduce((sum, slice) => sum + slice.length + 1, headBytes + Buffer.byteLength(tail));
    const page = Buffer.allocUnsafe(Math.max(length - 1, headBytes + Buffer.byteLength(tail)));
    let end = page.write(head);
    for (const [place, slice] of slices.entries()) {
      if (place > 0) page[end++] = COMMA;
      page.set(slice, end);
      end += slice.length;
    }
    page.write(tail, end);
    return page;
  }

  #slice(row: number): Buffer {
    const number = Math.floor(row / CHUNK_ROWS);
    const { bytes, ends } = this.#chunks.get(number) ?? this.#write(number);
    const place = row % CHUNK_ROWS;
    return bytes.subarray(place === 0 ? 0 : ends[place - 1], ends[place]);
  }

  #write(number: number): Chunk {
    const first = number * CHUNK_ROWS;
    const texts: string[] = [];
    for (let row = first; row < Math.min(first + CHUNK_ROWS, this.#rowCount); row += 1) texts.push(this.#writeRow(row));
    let end = 0;
    const ends = texts.map((text) => (end += Buffer.byteLength(text)));
    const chunk = { bytes: Buffer.from(texts.join('')), ends };
    this.#cachedBytes += chunk.bytes.length;
    this.#chunks.set(number, chunk);
    this.#makeRoom(number);
    return chunk;
  }

  #makeRoom(newest: number): void {
    for (const [number, chunk] of this.#chunks) {
      if (this.#cachedBytes <= LARGEST_CACHE_BYTES) return;
      if (number === newest) continue;
      this.#cachedBytes -= chunk.bytes.length;
      this.#chunks.delete(number);
    }
  }
}
