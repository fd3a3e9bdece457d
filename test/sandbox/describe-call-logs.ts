import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { $CallLog } from '../../generated/schemas/index.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox.ts';

import {
  callLogsUrl,
  createReader,
  fetchText,
  idsOf,
  march,
  marchDates,
  readAll,
  rowsOf,
  type Reader,
} from './set-up.ts';

/**
 * Tests how documented requests are processed, at a base URL that is either the sandbox or a validating proxy in front of
 * it. Only the account's path without `/v1` is documented; the paths for tokens are not.
 */
export function describeCallLogs(title: string, baseUrlOf: (sandbox: Sandbox) => string): void {
  describe(title, () => {
    let sandbox: Sandbox;
    let baseUrl: string;
    let reader: Reader;

    beforeAll(async () => {
      sandbox = await startSandbox({ from: '2026-01-01', to: '2026-07-01', now: '2026-08-01' });
      baseUrl = baseUrlOf(sandbox);
      reader = await createReader(sandbox, baseUrl);
    });
    afterAll(() => sandbox.stop());

    it('every call of a range is listed once, page by page', async () => {
      const rows = await readAll(reader, { page_size: '500' });
      expect(rows.length).toBe(2_000);
      expect(idsOf(rows).sort()).toEqual(idsOf(sandbox.calls(marchDates)).sort());
    });

    it('the default is page 1 of 10 rows (fact 13)', async () => {
      const page = await reader.page();
      expect([page.page, page.page_size, rowsOf(page).length]).toEqual([1, 10, 10]);
    });

    it('a page states how many rows and pages there are (fact 14)', async () => {
      const page = await reader.page({ page_size: '300', page: '7' });
      expect([page.total_items, page.total_pages, page.page_size, rowsOf(page).length]).toEqual([2_000, 7, 300, 200]);
    });

    it('a page links to the first, the previous, the next and itself', async () => {
      const { _links: links } = await reader.page({ page_size: '300', page: '3' });
      const pages = ['first', 'prev', 'self', 'next'].map(
        (name) => /[?&]page=(\d+)/.exec(links[name]?.href ?? '')?.[1],
      );
      expect(pages).toEqual(['1', '2', '3', '4']);
    });

    it('a page past the end has no rows (fact 15)', async () => {
      const page = await reader.page({ page: '1000' });
      expect([rowsOf(page).length, page.total_items]).toEqual([0, 2_000]);
    });

    it('both bounds are inclusive, to the second (fact 18)', async () => {
      const [first] = rowsOf(await reader.page({ page: '40' }));
      const second = first?.start ?? '';
      const rows = rowsOf(await reader.page({ 'start:gte': second, 'start:lte': second }));
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every(({ start }) => start === second)).toBe(true);
    });

    it.each(['asc', 'desc', 'start:ASC'])('the parameter order=%s is honoured (fact 16)', async (order) => {
      const rows = await readAll(reader, { page_size: '700', order });
      const starts = rows.map(({ start }) => start);
      const ascending = [...starts].sort();
      expect(starts).toEqual(order === 'desc' ? ascending.reverse() : ascending);
    });

    it.each(['Inbound', 'Outbound'] as const)('the direction %s filters the calls', async (direction) => {
      const wanted = sandbox.calls(marchDates).filter((call) => call.direction === direction);
      const rows = await readAll(reader, { page_size: '500', direction });
      expect(idsOf(rows).sort()).toEqual(idsOf(wanted).sort());
    });

    it.each([
      ['from', 'from'],
      ['to', 'to'],
      ['source_user', 'source_user'],
      ['destination_user', 'destination_user'],
    ] as const)('the parameter %s filters the calls', async (parameter, field) => {
      const calls = sandbox.calls(marchDates);
      const value = calls.find((call) => typeof call[field] === 'string')?.[field] ?? '';
      const wanted = calls.filter((call) => call[field] === value);
      const rows = await readAll(reader, { page_size: '500', [parameter]: value });
      expect(idsOf(rows).sort()).toEqual(idsOf(wanted).sort());
    });

    it('bounds on the end filter the calls, both inclusive', async () => {
      const calls = sandbox.calls(marchDates);
      const [from, to] = [calls[500]?.end ?? '', calls[900]?.end ?? ''];
      const wanted = calls.filter(({ end }) => end >= from && end <= to);
      const rows = await readAll(reader, { page_size: '500', 'end:gte': from, 'end:lte': to });
      expect(idsOf(rows).sort()).toEqual(idsOf(wanted).sort());
    });

    it('a row has every field of the document, in its order (facts 21 to 25)', async () => {
      const rows = rowsOf(await reader.page({ page_size: '1000' }));
      for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys($CallLog.properties));
      expect(rows.every(({ start }) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(start))).toBe(true);
    });

    it('an unknown token gets 401 (fact 29)', async () => {
      const url = callLogsUrl(baseUrl, sandbox.accountId);
      expect((await fetchText(url, { Authorization: 'Bearer nonsense' })).status).toBe(401);
    });

    it('a day that does not exist gets 400 with the name of the parameter (fact 18)', async () => {
      const { status, text } = await reader.fetch({ ...march, 'start:lte': '2026-02-30 00:00:00' });
      expect([status, JSON.parse(text)]).toMatchObject([
        400,
        { status: 400, invalid_parameters: [{ name: 'start:lte' }] },
      ]);
    });
  });
}
