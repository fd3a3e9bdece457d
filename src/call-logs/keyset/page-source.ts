import { InvalidParametersError, type TimeWindow } from '../../core/errors/index.ts';
import type { Emit } from '../../core/events.ts';
import type { Filters } from '../filters.ts';
import type { RawPage, ReadPage } from '../read-page.ts';
import type { Operation } from '../../core/http/operation.ts';
import type { GapPage } from './place-answer.ts';

export interface PageSourceOptions {
  readonly readPage: ReadPage;
  readonly filters: Filters;
  readonly order: 'asc' | 'desc';
  readonly pageSize: number;
  /** Whether answers have to state totals. */
  readonly verify: boolean;
  readonly operation: Operation;
  readonly emit: Emit;
  /** Handed the first answer of the reading as it came. */
  readonly onFirstAnswer?: ((answer: unknown) => void) | undefined;
}

/** The pages of one reading, and what was learned of the server on the way. */
export interface PageSource {
  /** Reads page number `page`, from 1, of the calls that start in the window. */
  read(window: TimeWindow, page: number): Promise<GapPage>;
  /** Calls received so far, repeated ones included. */
  readonly received: number;
}

export function createPageSource(options: PageSourceOptions): PageSource {
  const { readPage, filters, pageSize, verify, operation, emit } = options;
  let order: 'asc' | 'desc' | undefined = options.order;
  let received = 0;
  let lowered = false;
  let onFirstAnswer = options.onFirstAnswer;

  async function read(window: TimeWindow, page: number): Promise<GapPage> {
    const raw = await ask(window, page);
    onFirstAnswer?.(raw.answer);
    onFirstAnswer = undefined;
    received += raw.calls.length;
    warnIfLowered(raw);
    return { calls: raw.calls, total: totalOf(raw, options) };
  }

  async function ask(window: TimeWindow, page: number): Promise<RawPage> {
    try {
      return await readPage({ window, filters, page, pageSize, order, verify, operation });
    } catch (error) {
      if (order === undefined || !refusesOrder(error)) throw error;
      order = undefined;
      const answer = await ask(window, page);
      emit('warning', { code: 'order-refused', message: 'The server refuses an order; it is left out.' });
      return answer;
    }
  }

  function warnIfLowered({ echoedPageSize = pageSize }: RawPage): void {
    if (lowered || echoedPageSize >= pageSize) return;
    lowered = true;
    const message = `The server lowered the page size from ${pageSize} to ${echoedPageSize}; nothing is lost by it.`;
    emit('warning', { code: 'page-size-lowered', message });
  }

  return {
    read,
    get received() {
      return received;
    },
  };
}

/** How many calls the span holds, as far as the answer tells: `Infinity` where there may be more. */
function totalOf({ calls, totalItems, echoedPageSize }: RawPage, { verify, pageSize }: PageSourceOptions): number {
  const found = calls.length;
  // Where nobody relies on it, a total that is too low must not end the reading: then a page that is not full does.
  const isFull = found >= (echoedPageSize ?? pageSize);
  const isUsable = totalItems !== undefined && (verify || totalItems > found || (totalItems === found && !isFull));
  if (isUsable) return totalItems;
  return found === 0 ? 0 : Infinity;
}

/** `order` is undocumented (fact 16); a refusal that names nothing may be of it. */
function refusesOrder(error: unknown): boolean {
  if (!(error instanceof InvalidParametersError)) return false;
  const { invalidParameters } = error;
  return invalidParameters.length === 0 || invalidParameters.some(({ name }) => name === 'order');
}
