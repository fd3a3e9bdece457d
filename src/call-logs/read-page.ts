import type { Client } from 'openapi-fetch';

import type { components, paths } from '../../generated/types.ts';
import type { TimeWindow } from '../errors/index.ts';
import type { Call } from '../http/call.ts';
import { outgoing } from '../http/outgoing.ts';
import type { Send } from '../http/send.ts';
import { formatApiTime } from '../time/index.ts';
import type { CallLog } from './call-log.ts';
import { inspectPage } from './inspect-page.ts';
import type { Filters } from './filters.ts';
import { lastSecondBefore } from './plan-list.ts';

export interface PageReaderDependencies {
  readonly api: Client<paths>;
  readonly send: Send;
  readonly accountId: string;
}

export interface PageRequest {
  readonly window: TimeWindow;
  readonly filters: Filters;
  /** Counted from 1 (fact 13). */
  readonly page: number;
  readonly pageSize: number;
  /** Left out where the server refuses it (fact 16). */
  readonly order: 'asc' | 'desc' | undefined;
  /** Whether the answer has to state a total. */
  readonly verify: boolean;
  readonly call: Call;
}

/** An answer of the server, as it stands. */
export interface RawPage {
  /** The whole of it. */
  readonly answer: unknown;
  readonly calls: readonly CallLog[];
  /** Undefined if the server states none. */
  readonly totalItems: number | undefined;
  /** What the server says it used; it may be lower than what was asked for (fact 13). */
  readonly echoedPageSize: number | undefined;
}

export type ReadPage = (request: PageRequest) => Promise<RawPage>;

/** Reads one page. Rejects with the `ReportsError` of the last attempt. */
export function createReadPage({ api, send, accountId }: PageReaderDependencies): ReadPage {
  return async ({ window, filters, page, pageSize, order, verify, call }) => {
    const query = {
      'start:gte': formatApiTime(window.from),
      'start:lte': lastSecondBefore(window.to),
      ...filters,
      page,
      page_size: pageSize,
      ...(order === undefined ? {} : { order }),
    };
    const inspect = (json: unknown): string | undefined => inspectPage(json, { verify });
    const { data } = await api.GET('/accounts/{account_id}/call-logs', {
      params: { path: { account_id: accountId }, query },
      fetch: async (request) => {
        const sent = await send({ ...outgoing(request), call, page, window, inspect });
        if (sent.error) throw sent.error;
        const { parsedResponse } = await import('../http/parsed-response.ts');
        return parsedResponse(sent.answer);
      },
    });
    return toRawPage(data);
  };
}

/** The generated types make the answer optional, because another status has none; those have been thrown by now. */
function toRawPage(data: components['schemas']['CallLogsHalResponse'] = { total_items: 0 }): RawPage {
  const { _embedded: embedded, total_items: totalItems, page_size: echoedPageSize } = data;
  return { answer: data, calls: embedded?.call_logs ?? [], totalItems, echoedPageSize };
}
