import type { ApiTime } from '../wire-time/api-time.ts';

import type { Calls } from './calls.ts';
import { createRowTemplate } from './row-template.ts';
import type { RowTemplate, SlotName } from './row-template.ts';

const COMMA = 0x2c;

/** Writes rows as bytes of JSON: a copy of the pattern's template, with id, start and end filled in. */
export class RowWriter {
  readonly #calls: Calls;
  readonly #time: ApiTime;
  readonly #templates: (RowTemplate | undefined)[] = [];

  constructor(calls: Calls, time: ApiTime) {
    this.#calls = calls;
    this.#time = time;
  }

  /** The rows, parted by commas, between a head and a tail of ASCII. */
  join(rows: readonly number[], head: string, tail: string): Buffer {
    const templates = rows.map((row) => this.#template(row));
    const commas = Math.max(0, rows.length - 1);
    const length = templates.reduce((sum, { bytes }) => sum + bytes.length, head.length + tail.length + commas);
    const page = Buffer.allocUnsafe(length);
    let at = page.write(head, 'latin1');
    rows.forEach((row, place) => {
      const template = templates[place];
      if (template === undefined) return;
      if (place > 0) page[at++] = COMMA;
      this.#write(page, at, template, row);
      at += template.bytes.length;
    });
    page.write(tail, at, 'latin1');
    return page;
  }

  #write(page: Buffer, at: number, { bytes, slots, length }: RowTemplate, row: number): void {
    const start = this.#calls.start(row);
    page.set(bytes, at);
    for (const slot of slots) page.write(this.#slotText(slot.name, row, start, length), at + slot.at, 'latin1');
  }

  #slotText(name: SlotName, row: number, start: number, length: number): string {
    if (name === 'id') return this.#calls.id(row);
    return this.#time.format(name === 'start' ? start : start + length);
  }

  #template(row: number): RowTemplate {
    const number = this.#calls.patternNumber(row);
    return (this.#templates[number] ??= createRowTemplate(this.#calls.pattern(row)));
  }
}
