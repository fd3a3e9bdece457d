import { formatApiTime } from '../../src/index.ts';
import type { CallRow, Sandbox } from '../../src/sandbox.ts';
import { logIn } from '../naive/run-loop.ts';
import { type Keeper, month } from './month.ts';

const minuteMs = 60_000;
const quarterHour = 15;

/**
 * The loops that people write: the newest call that they have, minus a while to be on the safe side, is where they go on
 * reading; or they read everything each night.
 */
export const loops: Readonly<Record<string, (sandbox: Sandbox) => Keeper>> = {
  watermark: (sandbox) => watermark(sandbox, 'watermark', 0),
  'watermark, 20 minutes back': (sandbox) => watermark(sandbox, 'watermark, 20 minutes back', 20 * minuteMs),
  'watermark, a day back': (sandbox) => watermark(sandbox, 'watermark, a day back', 24 * 60 * minuteMs),
  'everything each night': everything,
};

function watermark(sandbox: Sandbox, name: string, lookBackMs: number): Keeper {
  const read = reader(sandbox);
  const copy = new Map<string, CallRow>();
  let newest = month.from.getTime();
  return {
    name,
    everyMinutes: quarterHour,
    async run(now) {
      for (const row of await read(new Date(Math.max(month.from.getTime(), newest - lookBackMs)), now)) {
        copy.set(row.id, row);
        newest = Math.max(newest, Date.parse(`${row.start.replace(' ', 'T')}Z`));
      }
    },
    rows: () => Promise.resolve([...copy.values()]),
  };
}

function everything(sandbox: Sandbox): Keeper {
  const read = reader(sandbox);
  let copy: readonly CallRow[] = [];
  return {
    name: 'everything each night',
    everyMinutes: 24 * 60,
    async run(now) {
      copy = await read(month.from, now);
    },
    rows: () => Promise.resolve(copy),
  };
}

/** Reads all pages of a span, as the tutorial does. */
function reader(sandbox: Sandbox): (from: Date, to: Date) => Promise<CallRow[]> {
  const { baseUrl, accountId } = sandbox;
  return async (from, to) => {
    const rows: CallRow[] = [];
    const token = await logIn(sandbox);
    for (let page = 1; ; page += 1) {
      const span = { 'start:gte': formatApiTime(from), 'start:lte': formatApiTime(to) };
      const query = new URLSearchParams({ ...span, page: String(page), page_size: '1000', order: 'asc' });
      const response = await fetch(`${baseUrl}/accounts/${accountId}/call-logs?${query.toString()}`, {
        headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' },
      });
      const body = (await response.json()) as { _embedded: { call_logs: CallRow[] }; total_pages: number };
      rows.push(...body._embedded.call_logs);
      if (page >= body.total_pages) return rows;
    }
  };
}
