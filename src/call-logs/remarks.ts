import type { RejectedRows, RejectionReason, TimeWindow } from '../core/errors/index.ts';
import type { Emit, WarningCode } from '../core/events.ts';
import type { PageResponse } from './read-page.ts';

/** A reading's remarks about the server: warnings, each given once, and the rejected rows. */
export class Remarks {
  readonly #emit: Emit;
  readonly #rejections = new Map<RejectionReason, number>();
  readonly #rejectedRows = new Set<string>();
  readonly #warned = new Set<string>();
  #repeatedIds = 0;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** The number of rejected rows, by reason. */
  get rejected(): readonly RejectedRows[] {
    return [...this.#rejections].map(([reason, count]) => ({ reason, count }));
  }

  /** Calls handed out whose id had been handed out before. */
  get repeatedIds(): number {
    return this.#repeatedIds;
  }

  /** Rejects a row, only once however often it is listed. Returns false, so that a filter leaves it out. */
  reject(row: unknown, reason: RejectionReason, window: TimeWindow): false {
    const content = JSON.stringify(row);
    if (this.#rejectedRows.has(content)) return false;
    this.#rejectedRows.add(content);
    this.#rejections.set(reason, (this.#rejections.get(reason) ?? 0) + 1);
    this.#emit('rejected', { row, reason, window });
    if (reason === 'filter') this.warn('filter-ignored', 'The server lists calls that do not match the filters.');
    return false;
  }

  /** Counts a call whose id was handed out before, with another content. */
  repeatedId(): void {
    this.#repeatedIds += 1;
    this.warn('repeated-id', 'The server lists an id more than once, with different contents. Both were handed out.');
  }

  warn(code: WarningCode, message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#emit('warning', { code, message });
  }

  /** Warns of a page that is smaller than requested, and of values that did not arrive as they were sent. */
  warnOfPage({ pageSize: used, anomalies = [] }: PageResponse, pageSize: number): void {
    if (used !== undefined && used < pageSize) {
      this.warn('page-size-lowered', `The server lowered the page size from ${pageSize} to ${used}. Nothing is lost.`);
    }
    for (const { kind, field } of anomalies) this.warn(kind, describeAnomaly(kind, field));
  }
}

function describeAnomaly(kind: 'invalid-utf8' | 'inexact-number', field = 'a field'): string {
  return kind === 'invalid-utf8'
    ? `The server sent bytes that are not UTF-8 in ${field}; they were replaced.`
    : `The server sent a number in ${field} that cannot be held exactly; its digits were kept as a string.`;
}
