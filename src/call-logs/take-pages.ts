import type { CallLogPage } from './call-log-list.ts';

/** The pages up to `limit` calls; what is beyond is cut off, and no further page is asked for. */
export async function* takePages(
  pages: AsyncGenerator<CallLogPage, void, undefined>,
  limit: number,
): AsyncGenerator<CallLogPage, void, undefined> {
  let left = limit;
  for await (const page of pages) {
    yield page.calls.length > left ? { ...page, calls: page.calls.slice(0, left) } : page;
    left -= page.calls.length;
    if (left <= 0) return;
  }
}
