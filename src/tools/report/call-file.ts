import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import Papa from 'papaparse';
import type { CallLog } from '../../call-logs/index.ts';
import { ConfigurationError } from '../../core/errors/index.ts';

/** The calls in one piece of a file. */
export interface CallFilePage {
  readonly calls: readonly CallLog[];
}

/** The format of an export by the ending of its name; undefined for another ending. `.gz` may follow. */
export function callFileFormat(path: string): 'csv' | 'ndjson' | undefined {
  const [, ending = ''] = /\.(csv|ndjson|jsonl)(?:\.gz)?$/i.exec(path) ?? [];
  if (ending === '') return undefined;
  return ending.toLowerCase() === 'csv' ? 'csv' : 'ndjson';
}

/**
 * Reads the calls of an export, in the order of the file: NDJSON, or CSV with the columns that `requiredColumns` lists,
 * separated by commas, semicolons or tabs. Memory is bounded by a piece of the file, about a megabyte.
 *
 * @throws ConfigurationError the file cannot be read, or a record of it is not a call. The message has the number of
 * the line or the record, and never its content.
 */
export async function* readCallFile(path: string): AsyncGenerator<CallFilePage, void, undefined> {
  const format = callFileFormat(path);
  if (format === undefined) {
    throw new ConfigurationError(`The ending of ${JSON.stringify(path)} does not say what the file holds`, {
      hint: 'Name a .csv or .ndjson file, as `export` writes them; .gz may follow.',
    });
  }
  const read = format === 'csv' ? createCsvReader(path) : createNdjsonReader(path);
  try {
    for await (const records of recordsOf(path, read.endOfRecord)) yield { calls: read.calls(records) };
  } catch (error) {
    throw error instanceof ConfigurationError ? error : unreadable(path, error);
  }
}

/** Turns complete records into calls. */
interface Reader {
  /** Returns the end of the last complete record in a piece of the file; 0 if none is complete. */
  readonly endOfRecord: (text: string) => number;
  /** Returns the calls of complete records. */
  readonly calls: (records: string) => CallLog[];
}

const pieceBytes = 1024 * 1024;

/** The longest record, in characters. A longer one has an unclosed quote or is not a call. */
const longestRecord = 16 * 1024 * 1024;

/** Yields the text of a file in pieces that end at the end of a record. */
async function* recordsOf(path: string, endOfRecord: (text: string) => number): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of openText(path) as AsyncIterable<string>) {
    const text = rest === '' ? piece.replace(/^\ufeff/, '') : rest + piece;
    const end = endOfRecord(text);
    rest = text.slice(end);
    if (rest.length > longestRecord) throw broken(path, 'has a record that does not end: a quote may be missing');
    if (end > 0) yield text.slice(0, end);
  }
  if (rest.trim() !== '') yield rest;
}

function openText(path: string): Readable {
  const file = createReadStream(path, { highWaterMark: pieceBytes });
  // Its errors come out of the loop that reads.
  const text = /\.gz$/i.test(path) ? pipeline(file, createGunzip({ chunkSize: pieceBytes }), () => undefined) : file;
  return text.setEncoding('utf8');
}

function createNdjsonReader(path: string): Reader {
  let line = 0;
  return {
    endOfRecord: (text) => text.lastIndexOf('\n') + 1,
    calls(records) {
      const calls: CallLog[] = [];
      for (const text of records.split('\n')) {
        line += 1;
        if (text.trim() !== '') calls.push(parseLine(path, line, text));
      }
      // The line break at the end of the records does not begin another line.
      if (records.endsWith('\n')) line -= 1;
      return calls;
    },
  };
}

function parseLine(path: string, line: number, text: string): CallLog {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken(path, `is not NDJSON: line ${line} is not a whole JSON value`);
  }
  return requireCall(value, () => `line ${line}`, path);
}

function requireCall(value: unknown, where: () => string, path: string): CallLog {
  const call = Object(value) as Partial<CallLog>;
  const missing = (['start', 'direction', 'result'] as const).find((name) => typeof call[name] !== 'string');
  if (missing === undefined) return call as CallLog;
  throw broken(path, `has a record that is not a call: ${where()} has no \`${missing}\``);
}

/** The columns that a CSV file must have. */
const requiredColumns = ['start', 'end', 'length', 'direction', 'result', 'from', 'to'] as const;

/** The columns that are read if they are there. */
const furtherColumns = [
  ...['id', 'international', 'source_user', 'source_user_full_name', 'source_extension'],
  ...['destination_user', 'destination_user_full_name', 'destination_extension'],
];

function createCsvReader(path: string): Reader {
  let header: readonly string[] | undefined;
  let delimiter = '';
  let recordsBefore = 0;

  function callOf(record: readonly string[], names: readonly string[], number: number): CallLog {
    if (record.length !== names.length) {
      throw broken(path, `is not whole: record ${number} has ${record.length} cells, the header ${names.length}`);
    }
    const call: Record<string, unknown> = {};
    for (let place = 0; place < names.length; place += 1) {
      const name = names[place] ?? '';
      const cell = record[place] ?? '';
      if (cell !== '' && name !== '') call[name] = valueOf(name, cell);
    }
    return requireCall(call, () => `record ${number}`, path);
  }

  return {
    endOfRecord: endOfCsvRecord,
    calls(text) {
      const { data, errors, meta } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true });
      const [problem] = errors.filter(({ type }) => type !== 'Delimiter');
      if (problem !== undefined) {
        throw broken(path, `is not CSV: in record ${recordsBefore + (problem.row ?? 0) + 1}, a quote is not closed`);
      }
      delimiter = meta.delimiter;
      const records = header === undefined ? data.slice(1) : data;
      const names = (header ??= headerOf(path, data[0] ?? []));
      const calls = records.map((record, index) => callOf(record, names, recordsBefore + index + 1));
      recordsBefore += records.length;
      return calls;
    },
  };
}

/** The names of the columns, empty for those that are not read. */
function headerOf(path: string, names: readonly string[]): readonly string[] {
  const missing = requiredColumns.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new ConfigurationError(`${path} has no column ${missing.map((name) => `\`${name}\``).join(', ')}`, {
      hint: 'Write it with `vbc-reports export`, without --excel and --columns.',
    });
  }
  return names.map((name) => ([...requiredColumns, ...furtherColumns].includes(name) ? name : ''));
}

function valueOf(name: string, cell: string): unknown {
  if (name === 'length') return Number(cell);
  return name === 'international' ? cell.toLowerCase() === 'true' : cell;
}

/** A line break within quotes does not end a record. */
function endOfCsvRecord(text: string): number {
  let end = 0;
  let quoted = false;
  for (const { 0: mark, index } of text.matchAll(/["\n]/g)) {
    if (mark === '"') quoted = !quoted;
    else if (!quoted) end = index + 1;
  }
  return end;
}

function broken(path: string, problem: string): ConfigurationError {
  return new ConfigurationError(`${path} ${problem}`, { hint: 'Export the calls again.' });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'no permission',
  Z_BUF_ERROR: 'it is cut',
  Z_DATA_ERROR: 'it is damaged, or not compressed by gzip',
};

function unreadable(path: string, error: unknown): ConfigurationError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new ConfigurationError(`${path} cannot be read: ${reasons[code] ?? message}`, {
    hint: 'Name a file that `vbc-reports export` has written.',
  });
}
