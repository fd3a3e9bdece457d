import { InvalidParametersError, type TimeWindow } from '../../errors/index.ts';
import type { Emit } from '../../events.ts';
import type { Filters } from '../filters.ts';
import type { RawPage, ReadPage } from '../read-page.ts';
import type { Call } from '../../http/call.ts';
import type { GapPage } from './place-answer.ts';

export interface PageSourceOptions {
  readonly readPage: ReadPage;
  readonly filters: Filters;
  readonly order: 'asc' | 'desc';
  readonly pageSize: number;
  /** Whether answers have to state totals. */
  readonly verify: boolean;
  readonly call: Call;
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
  const { readPage, filters, pageSize, verify, call, emit } = options;
  let order: 'asc' | 'desc' | undefined = options.order;
  let received = 0;
  let lowered = false;

  async function read(window: TimeWindow, page: number): Promise<GapPage> {
    const raw = await ask(window, page);
    if (received === 0) options.onFirstAnswer?.(raw.answer);
    received += raw.calls.length;
    warnIfLowered(raw);
    // Without a total, only an empty page is an end.
    return { calls: raw.calls, total: raw.totalItems ?? (raw.calls.length === 0 ? 0 : Infinity) };
  }

  async function ask(window: TimeWindow, page: number): Promise<RawPage> {
    try {
      return await readPage({ window, filters, page, pageSize, order, verify, call });
    } catch (error) {
      if (order === undefined || !refusesOrder(error)) throw error;
      order = undefined;
      emit('warning', { code: 'order-refused', message: 'The server refuses an order; it is left out.' });
      return ask(window, page);
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

/** `order` is undocumented (fact 16). */
function refusesOrder(error: unknown): boolean {
  return error instanceof InvalidParametersError && error.invalidParameters.some(({ name }) => name === 'order');
}
