import { ConfigurationError, type Resume, type ResumeWindow, type TimeWindow } from '../core/errors/index.ts';
import { option, phrase } from '../core/errors/phrase.ts';
import type { Filters } from './call-log.ts';
import { decodeFingerprints, fingerprintOf, type KnownCalls } from './fingerprints.ts';

/** A window to read, and the calls of it that were already handed out. */
export interface ResumedWindow extends TimeWindow {
  readonly isKnown?: ((id: string) => boolean) | undefined;
  /** The fingerprints of those calls, to be passed on if the window has to be read once more. */
  readonly known?: KnownCalls | undefined;
}

/** Creates the value with which a reading that ended early can continue. */
export async function createResume(
  windows: readonly ResumeWindow[],
  filters: Filters,
  order: 'asc' | 'desc',
): Promise<Resume> {
  const inTime = windows.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return { version: 2, filters: await describeFilters(filters), order, windows: inTime };
}

/**
 * The windows of a `resume` option. Throws a `ConfigurationError` if it is something else, or belongs to a list with
 * another range, other filters or another order. The values of filters are compared by `checkFilters`.
 */
export function readResume(
  resume: unknown,
  range: TimeWindow,
  filters: Filters,
  order: 'asc' | 'desc',
): ResumedWindow[] {
  // A value from JavaScript or from a file may be anything.
  const value = (resume ?? {}) as { readonly [Key in keyof Resume]?: unknown };
  if (value.version !== 2 || !Array.isArray(value.windows) || value.windows.length === 0) {
    throw invalid('is not a resume value of this version');
  }
  const [names] = String(value.filters).split(':');
  if (names !== namesOf(filters) || value.order !== order) throw otherFilters();
  return inOrder(value.windows.map((window) => within(range, readWindow(window))));
}

/** Rejects with a `ConfigurationError` if the filters are not those of the list that ended early. */
export async function checkFilters(resume: Resume, filters: Filters): Promise<void> {
  const [, salt = ''] = resume.filters.split(':');
  if (salt !== '' && (await describeFilters(filters, salt)) !== resume.filters) throw otherFilters();
}

function invalid(what: string): ConfigurationError {
  return new ConfigurationError(phrase`${option('resume')} ${what}`, { option: 'resume' });
}

function otherFilters(): ConfigurationError {
  return new ConfigurationError(phrase`${option('resume')} belongs to a list with other filters or another order`, {
    option: 'resume',
    hint: 'Give the same filters and order as to the list that ended early.',
  });
}

/** Windows that overlap would give calls twice. */
function inOrder(windows: readonly ResumedWindow[]): ResumedWindow[] {
  const sorted = windows.toSorted((a, b) => a.from.getTime() - b.from.getTime());
  const overlap = sorted.some(({ from }, index) => from < (sorted[index - 1]?.to ?? from));
  if (overlap) throw invalid('has windows that overlap');
  return sorted;
}

function readWindow(window: unknown): ResumedWindow {
  const { from, to, known } = (window ?? {}) as { from?: unknown; to?: unknown; known?: unknown };
  const span = { from: new Date(String(from)), to: new Date(String(to)) };
  if (known === undefined) return span;
  const decoded = typeof known === 'string' ? decodeFingerprints(known) : undefined;
  if (decoded === undefined) throw invalid('has a window whose `known` cannot be read');
  const fingerprints = new Set(decoded.fingerprints);
  return { ...span, known: decoded, isKnown: (id) => fingerprints.has(fingerprintOf(id, decoded.key)) };
}

function within(range: TimeWindow, window: ResumedWindow): ResumedWindow {
  if (window.from >= range.from && window.to <= range.to && window.from < window.to) return window;
  throw new ConfigurationError(phrase`${option('resume')} has a window outside the range`, {
    option: 'resume',
    hint: 'Give a range that holds the one of the list that ended early.',
  });
}

/**
 * The work of trying one value of a filter: the most iterations that Workers allow. Filters hold phone numbers, and
 * without this work all numbers of ten digits could be tried within hours.
 */
const hashIterations = 100_000;

/** The names of the filters, and a slow, salted hash of their values: `names:salt:hash`. */
async function describeFilters(filters: Filters, salt?: string): Promise<string> {
  const names = namesOf(filters);
  if (names === '') return '';
  const bytes = salt === undefined ? crypto.getRandomValues(new Uint8Array(16)) : fromHex(salt);
  const text = new TextEncoder().encode(JSON.stringify(entriesOf(filters)));
  const key = await crypto.subtle.importKey('raw', text, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes, iterations: hashIterations };
  const hash = await crypto.subtle.deriveBits(parameters, key, 128);
  return `${names}:${toHex(bytes)}:${toHex(new Uint8Array(hash))}`;
}

function namesOf(filters: Filters): string {
  return entriesOf(filters)
    .map(([name]) => name.replace(':', '.'))
    .join(',');
}

function entriesOf(filters: Filters): [string, unknown][] {
  return Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
