import { ConfigurationError, type Resume, type TimeWindow } from '../core/errors/index.ts';
import type { Filters } from './filters.ts';

/** What of a reading can be resumed: the spans whose calls were not handed out. */
export function createResume(windows: readonly TimeWindow[], filters: Filters, order: 'asc' | 'desc'): Resume {
  const inTime = windows.toSorted((a, b) => a.from.getTime() - b.from.getTime());
  const texts = inTime.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() }));
  return { version: 2, filters: hashFilters(filters), order, windows: texts };
}

/** The windows of a `resume` option. Throws a `ConfigurationError` if it is none, or belongs to another list. */
export function readResume(
  resume: Resume | null,
  range: TimeWindow,
  filters: Filters,
  order: 'asc' | 'desc',
): TimeWindow[] {
  // From JavaScript and from files it may be anything.
  const { version, windows } = (resume ?? {}) as { version?: unknown; windows?: unknown };
  if (resume === null || version !== 2 || !Array.isArray(windows) || windows.length === 0) {
    throw new ConfigurationError('`resume` is not a resume value of this version');
  }
  if (resume.filters !== hashFilters(filters) || resume.order !== order) {
    throw new ConfigurationError('`resume` belongs to a list with other filters or another order', {
      hint: 'Give the same filters and order as to the list that ended early.',
    });
  }
  return inOrder(resume.windows.map((window) => within(range, readWindow(window))));
}

/** Windows that overlap would give calls twice. */
function inOrder(windows: readonly TimeWindow[]): TimeWindow[] {
  const sorted = windows.toSorted((a, b) => a.from.getTime() - b.from.getTime());
  const overlap = sorted.some(({ from }, index) => from < (sorted[index - 1]?.to ?? from));
  if (!overlap) return sorted;
  throw new ConfigurationError('`resume` has windows that overlap');
}

function readWindow(window: unknown): TimeWindow {
  const { from, to } = (window ?? {}) as { from?: unknown; to?: unknown };
  return { from: new Date(String(from)), to: new Date(String(to)) };
}

function within(range: TimeWindow, window: TimeWindow): TimeWindow {
  if (window.from >= range.from && window.to <= range.to && window.from < window.to) return window;
  throw new ConfigurationError('`resume` has a window outside of the range', {
    hint: 'Give a range that holds the one of the list that ended early.',
  });
}

/** FNV-1a in 64 bits: tells filters apart without keeping their values, and needs no waiting as Web Crypto would. */
function hashFilters(filters: Filters): string {
  const text = JSON.stringify(Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1)));
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
