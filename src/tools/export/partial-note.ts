import type { Resume } from '../../core/errors/index.ts';
import type { ExportJob } from './export-job.ts';
import type { Gap } from './patchwork.ts';

/** What stands in the note beside a partial file. Holds no secret, no filter's value and no phone number. */
export interface PartialNote {
  readonly version: 1;
  /** For people who find it. */
  readonly about: string;
  readonly job: ExportJob;
  /** For `list`: what is missing, and a check that the filters are the same. */
  readonly resume: Resume;
  /** For each window of `resume`, the byte of the partial file before which its rows belong. */
  readonly insertAt: readonly number[];
  /** What the partial file holds: so many calls, in so many bytes, of which this is the SHA-256. */
  readonly calls: number;
  readonly bytes: number;
  readonly sha256: string;
}

const about =
  'The partial file beside this note holds all calls of the export but those that started in the windows below. The same command with --resume reads them and completes the file.';

export interface PartialContent {
  readonly gaps: readonly Gap[];
  readonly calls: number;
  readonly bytes: number;
  readonly sha256: string;
}

export function createNote(job: ExportJob, { gaps, ...content }: PartialContent): PartialNote {
  const windows = gaps.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() }));
  const resume = { version: 2, filters: job.filters, order: job.order, windows } as const;
  return { version: 1, about, job, resume, insertAt: gaps.map(({ at }) => at), ...content };
}

/** The note in a text; undefined if it is none of this version, or contradicts itself. */
export function parseNote(text: string): PartialNote | undefined {
  const note = parseJson(text) as Partial<PartialNote> | undefined;
  return note?.version === 1 && isNote(note) && gapsInOrder(note) ? note : undefined;
}

/** The missing windows with their places. */
export function gapsOf({ resume, insertAt }: PartialNote): Gap[] {
  return resume.windows.map(({ from, to }, index) => ({
    from: new Date(from),
    to: new Date(to),
    at: insertAt[index] ?? NaN,
  }));
}

function parseJson(text: string): unknown {
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isNote(note: Partial<PartialNote>): note is PartialNote {
  const { job, resume, insertAt, calls, bytes, sha256 } = note as Record<keyof PartialNote, unknown>;
  const windows = (Object(resume) as Partial<Resume>).windows as unknown;
  const lists = Array.isArray(windows) && Array.isArray(insertAt) && windows.length === insertAt.length;
  return (
    lists && typeof job === 'object' && job !== null && isCount(calls) && isCount(bytes) && typeof sha256 === 'string'
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Windows and their places run in the same direction, within the range and the file. */
function gapsInOrder(note: PartialNote): boolean {
  const gaps = gapsOf(note);
  const bounds = gaps.flatMap(({ from, to }) => [from.getTime(), to.getTime()]);
  const { from, to } = Object(note.job.range) as ExportJob['range'];
  return (
    gaps.length > 0 &&
    gaps.every((gap) => gap.from < gap.to) &&
    ascends([Date.parse(from), ...bounds, Date.parse(to)]) &&
    ascends([0, ...note.insertAt, note.bytes])
  );
}

function ascends(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => Number.isFinite(number) && number >= (numbers[index - 1] ?? -Infinity));
}
