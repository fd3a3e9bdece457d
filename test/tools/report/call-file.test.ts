import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { CallLog } from '../../../src/index.ts';
import { startSandbox } from '../../../src/sandbox.ts';
import { createCsvFormat, createNdjsonFormat } from '../../../src/tools/export/index.ts';
import { readCallFile } from '../../../src/tools/report/call-file.ts';
import { makeFigures } from '../../../src/tools/report/make-figures.ts';
import { withFolder } from '../cli/run.ts';

/** Calls with names that break careless readers, among them quotes and line breaks. */
async function hostileCalls(): Promise<readonly CallLog[]> {
  const range = { from: '2025-03-01', to: '2025-04-01' };
  await using sandbox = await startSandbox({ ...range, calls: 6_000, switches: { hostileText: true } });
  return sandbox.calls();
}

async function readAll(path: string): Promise<CallLog[]> {
  const calls: CallLog[] = [];
  for await (const page of readCallFile(path)) calls.push(...page.calls);
  return calls;
}

async function readText(name: string, content: string | Buffer): Promise<CallLog[]> {
  return await withFolder(async (folder) => {
    await writeFile(join(folder, name), content);
    return await readAll(join(folder, name));
  });
}

const csvHeader = 'id,start,end,length,direction,result,from,to';
const csvRow = '1,2026-01-05 10:00:00,2026-01-05 10:01:00,60,Inbound,Answered,17325550101,1001';
const ndjsonRow = '{"id":"1","start":"2026-01-05 10:00:00","direction":"Inbound","result":"Missed","length":0}';

describe('an export that is read', () => {
  it('as NDJSON has every call as it was', async () => {
    const calls = await hostileCalls();
    const text = createNdjsonFormat().rows(calls);
    expect(await readText('calls.ndjson', text)).toEqual(calls);
    expect(await readText('calls.jsonl.gz', gzipSync(text))).toEqual(calls);
  });

  it('as CSV leads to the same figures', async () => {
    const calls = await hostileCalls();
    const options = { now: new Date('2026-01-01'), timeZone: 'America/New_York' };
    const { people, ...figures } = await makeFigures([{ calls }], options);
    const format = createCsvFormat({ neutraliseFormulas: false });
    const fromCsv = await readText('calls.csv.gz', gzipSync(format.head + format.rows(calls)));
    const { people: peopleOfCsv, ...figuresOfCsv } = await makeFigures([{ calls: fromCsv }], options);
    expect(figuresOfCsv).toEqual(figures);
    // CSV replaces control characters, so names are compared without them.
    const plain = ({ name, ...person }: (typeof people)[number]): unknown => ({
      ...person,
      name: name?.replace(/[\p{Cc}\ufffd\s]/gu, '') ?? null,
    });
    expect(peopleOfCsv.map(plain)).toEqual(people.map(plain));
  });

  it.each([
    ['semicolons', ';', '\r\n', ''],
    ['tabs', '\t', '\n', ''],
    ['a byte order mark', ',', '\n', '\ufeff'],
  ])('as CSV may have %s', async (_, separator, lineBreak, mark) => {
    const lines = [csvHeader, csvRow].map((line) => line.replaceAll(',', separator));
    expect(await readText('calls.csv', `${mark}${lines.join(lineBreak)}`)).toEqual([
      expect.objectContaining({ id: '1', length: 60, from: '17325550101' }),
    ]);
  });

  it('may hold a record that is longer than a piece of the file', async () => {
    const name = `"${'long, "" and\n'.repeat(200_000)}"`;
    const text = `${csvHeader},source_user_full_name\n${csvRow},${name}\n${csvRow},short\n`;
    const calls = await readText('calls.csv', text);
    expect(calls.map((call) => call.source_user_full_name?.length)).toEqual(['long, " and\n'.length * 200_000, 5]);
  });

  it('may be empty', async () => {
    expect(await readText('calls.ndjson', '')).toEqual([]);
    expect(await readText('calls.csv', `${csvHeader}\r\n`)).toEqual([]);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['calls.ndjson', `${ndjsonRow}\n${ndjsonRow.slice(0, 20)}`, /is not NDJSON: line 2 is not a whole JSON value/],
    ['calls.ndjson', `${ndjsonRow}\n\n[1]\n`, /line 3 has no `start`/],
    ['calls.csv', `${csvHeader}\n${csvRow.slice(0, 30)}`, /record 1 has 3 cells, the header 8/],
    ['calls.csv', `${csvHeader}\n"${csvRow}\n`, /a quote is not closed/],
    ['calls.csv', `start_local,length\n1,2\n`, /no column `start`, `end`, `direction`, `result`, `from`, `to`/],
    ['calls.csv.gz', 'not compressed', /it is damaged, or not compressed by gzip/],
    ['calls.csv.gz', gzipSync(`${csvHeader}\n`).subarray(0, 12), /it is cut/],
    ['calls.txt', '', /ending of ".*calls.txt" does not say/],
  ])('is refused without a word of its content: %s', async (name, content, message) => {
    const error: unknown = await readText(name, content).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'configuration', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('1732555');
  });

  it('is named if it does not exist, or is a folder', async () => {
    await expect(readAll('/nowhere/calls.csv')).rejects.toThrow('/nowhere/calls.csv cannot be read: it does not exist');
    await withFolder(async (folder) => {
      await expect(readAll(`${folder}/../${folder.replace(/.*\//, '')}/x.csv`)).rejects.toThrow('does not exist');
    });
  });
});
