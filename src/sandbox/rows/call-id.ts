import { draw, scramble } from '../chance.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A call's id, a UUID (fact 22). No two are the same: the first word differs by place, the last by month. */
export function callId(seed: number, month: number, place: number): string {
  const first = scramble(place ^ scramble(seed));
  const last = scramble(month ^ first);
  const second = draw(first ^ last, 1);
  const third = draw(first ^ last, 2);
  const versioned = ((second & 0xffff0fff) | 0x4000) >>> 0;
  const varied = ((third & 0x3fffffff) | 0x80000000) >>> 0;
  const middle = `${hex(versioned >>> 16, 2)}-${hex(versioned, 2)}-${hex(varied >>> 16, 2)}`;
  return `${hex(first, 4)}-${middle}-${hex(varied, 2)}${hex(last, 4)}`;
}

function hex(word: number, bytes: 2 | 4): string {
  const low = (HEX[(word >>> 8) & 255] ?? '') + (HEX[word & 255] ?? '');
  return bytes === 2 ? low : (HEX[word >>> 24] ?? '') + (HEX[(word >>> 16) & 255] ?? '') + low;
}
