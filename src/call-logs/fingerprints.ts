/** Bytes of an encoded fingerprint. */
const bytesPerFingerprint = 8;

/** Two 32-bit numbers, drawn for each reading, so that no server can choose ids with equal fingerprints. */
export interface FingerprintKey {
  readonly a: number;
  readonly b: number;
}

export function createFingerprintKey(random: () => number): FingerprintKey {
  return { a: Math.floor(random() * 2 ** 32), b: Math.floor(random() * 2 ** 32) };
}

/**
 * A number below 2^52 that stands for an id. Among a million ids, one in ten thousand readings has two with the same
 * number; that costs a warning, never a call.
 */
export function fingerprintOf(id: string, { a, b }: FingerprintKey): number {
  let high = a ^ id.length;
  let low = b;
  // Two characters at a time, which takes half the time. Past the end of a string there is NaN, which counts as 0.
  for (let index = 0; index < id.length; index += 2) {
    const unit = id.charCodeAt(index) | (id.charCodeAt(index + 1) << 16);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x85ebca77);
    high ^= high >>> 15;
    low ^= low >>> 13;
  }
  return (high >>> 0) * 2 ** 20 + ((low ^ (low >>> 12)) & 0xfffff);
}

/**
 * Fingerprints in the order in which they were added: 8 bytes for each, and 8 to 16 for looking it up. A `Set` of the
 * ids themselves takes some 100 bytes a call.
 */
export class FingerprintSet {
  #entries = new Float64Array(1024);
  /** Open addressing: the index of an entry plus one; 0 is free. */
  #slots = new Uint32Array(2048);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(fingerprint: number): boolean {
    return this.#slots[this.#slotOf(fingerprint)] !== 0;
  }

  /** Returns whether it was new. */
  add(fingerprint: number): boolean {
    const slot = this.#slotOf(fingerprint);
    if (this.#slots[slot] !== 0) return false;
    this.#entries[this.#size] = fingerprint;
    this.#size += 1;
    this.#slots[slot] = this.#size;
    if (this.#size === this.#entries.length) this.#grow();
    return true;
  }

  /** Entries in the order in which they were added, from one index to another. */
  slice(from: number, to: number): Float64Array {
    return this.#entries.slice(from, Math.min(to, this.#size));
  }

  #slotOf(fingerprint: number): number {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(fingerprint / 2 ** 20, 0x9e3779b1) & mask;
    for (;;) {
      const index = this.#slots[slot] ?? 0;
      if (index === 0 || this.#entries[index - 1] === fingerprint) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const entries = new Float64Array(this.#entries.length * 2);
    entries.set(this.#entries);
    this.#entries = entries;
    this.#slots = new Uint32Array(entries.length * 2);
    for (let index = 0; index < this.#size; index += 1) {
      this.#slots[this.#slotOf(entries[index] ?? 0)] = index + 1;
    }
  }
}

/** Fingerprints with their key as a string for a `resume` value. */
export function encodeFingerprints({ a, b }: FingerprintKey, fingerprints: Float64Array): string {
  const numbers = Float64Array.from([a, b, ...fingerprints]);
  let binary = '';
  for (const byte of new Uint8Array(numbers.buffer)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Fingerprints, and the key that they were made with. */
export interface KnownCalls {
  readonly key: FingerprintKey;
  readonly fingerprints: Float64Array;
}

/** The opposite of `encodeFingerprints`; undefined if the string is something else. */
export function decodeFingerprints(text: string): KnownCalls | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  if (binary.length < 2 * bytesPerFingerprint || binary.length % bytesPerFingerprint !== 0) return undefined;
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const [a = 0, b = 0, ...fingerprints] = new Float64Array(bytes.buffer);
  return { key: { a, b }, fingerprints: Float64Array.from(fingerprints) };
}
