/**
 * What a parsed answer lacks to be a page of calls; undefined if it lacks nothing. Everything that reading relies on is
 * looked at once, here. A page without `_embedded` is an empty one (fact 15), one without `total_items` may be a fault
 * in disguise (fact 29), and proves nothing: one with calls will do where nothing has to be proven.
 */
export function inspectPage(json: unknown, { verify = true } = {}): string | undefined {
  const page = json as { total_items?: unknown; _embedded?: { call_logs?: unknown } | null };
  const mayLackTotal = !verify && page.total_items === undefined && page._embedded;
  if (!mayLackTotal && !isCount(page.total_items)) return 'it has no whole `total_items`';
  if (page._embedded === undefined || page._embedded === null) return undefined;
  const rows = page._embedded.call_logs;
  if (!Array.isArray(rows)) return '`_embedded` has no list `call_logs`';
  return rows.every(isRow) ? undefined : 'a row has no `id` or no `start`';
}

function isCount(total: unknown): boolean {
  return Number.isInteger(total) && Number(total) >= 0;
}

function isRow(row: unknown): boolean {
  const { id, start } = (row ?? {}) as { id?: unknown; start?: unknown };
  return typeof id === 'string' && id !== '' && typeof start === 'string';
}
