import { describe, expect, it } from '@jest/globals';
import type { ExportFlags } from '../../../../src/tools/cli/commands/export-flags.ts';
import { planExport } from '../../../../src/tools/cli/commands/export-plan.ts';

const now = new Date('2026-06-15T12:00:00Z');

function plan(flags: Partial<ExportFlags>): ReturnType<typeof planExport> {
  return planExport({ out: 'calls.csv', month: '2026-03', ...flags }, {}, now);
}

describe('the plan of an export', () => {
  it('resolves a month in the zone', () => {
    expect(plan({ tz: 'America/New_York' }).range).toEqual({
      from: new Date('2026-03-01T05:00:00Z'),
      to: new Date('2026-04-01T04:00:00Z'),
      endsInFuture: false,
    });
  });

  it.each([
    ['calls.csv', 'csv'],
    ['CALLS.CSV', 'csv'],
    ['calls.ndjson', 'ndjson'],
    ['calls.jsonl', 'ndjson'],
    ['calls.csv.gz', 'csv'],
    ['calls.ndjson.GZ', 'ndjson'],
    ['-', 'csv'],
  ])('takes the format of %s from its ending: %s', (out, format) => {
    expect(plan({ out }).format).toBe(format);
  });

  it('takes --format before the ending', () => {
    expect(plan({ out: 'calls.txt', format: 'ndjson' }).format).toBe('ndjson');
    expect(() => plan({ out: 'calls.txt' })).toThrow('"calls.txt"');
  });

  it('writes to standard output for "-"', () => {
    expect(plan({ out: '-' }).file).toBeUndefined();
    expect(plan({ out: './-', format: 'csv' }).file).toBe('./-');
  });

  it('passes the filters on, ends in the zone of the range', () => {
    const { list } = plan({ tz: 'America/New_York', fromNumber: '1000', direction: 'Inbound', endTo: '2026-03-02' });
    expect(list).toMatchObject({
      timeZone: 'America/New_York',
      fromNumber: '1000',
      direction: 'Inbound',
      endTo: new Date('2026-03-02T05:00:00Z'),
    });
  });

  it('neutralises formulas unless they are to be kept', () => {
    expect(plan({}).neutraliseFormulas).toBe(true);
    expect(plan({ keepFormulas: true }).neutraliseFormulas).toBe(false);
  });

  it('compresses where the ending is .gz', () => {
    expect(plan({ out: 'calls.csv' }).gzip).toBe(false);
    expect(plan({ out: 'calls.csv.gz' }).gzip).toBe(true);
    expect(plan({ out: 'calls.gz', format: 'csv' }).gzip).toBe(true);
  });

  it('takes columns in the order given', () => {
    expect(plan({ columns: 'id, length,start_local' }).columns).toEqual(['id', 'length', 'start_local']);
    expect(plan({}).columns).toBeUndefined();
  });

  it.each<[Partial<ExportFlags>, string]>([
    [{ out: 'calls.xlsx' }, 'For Excel, name a .csv file and add --excel.'],
    [{ out: 'calls.txt' }, 'The ending of "calls.txt" does not say which format is meant.'],
    [
      { columns: 'id,start_time' },
      '--columns has an unknown column: "start_time". Columns are id, start, end, length,',
    ],
    [{ columns: 'id,id' }, '--columns has a column twice: "id".'],
    [{ columns: '' }, '--columns has an unknown column: "".'],
    [{ columns: 'id', out: 'calls.ndjson' }, '--columns is for CSV, and the format is NDJSON.'],
    [{ excel: true, format: 'ndjson' }, '--excel is for CSV, and the format is NDJSON.'],
    [{ localTimes: true }, '--local-times needs a zone.'],
    [{ resume: true, out: '-' }, '--resume needs a file, because rows on standard output are not kept.'],
    [{ resume: 'only', out: '-' }, '--resume needs a file, because rows on standard output are not kept.'],
  ])('is refused for %j', (flags, message) => {
    expect(() => plan(flags)).toThrow(message);
  });
});
