import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { $CallLog } from '../../../generated/schemas/index.ts';
import type { CallLog } from '../../../src/call-logs/call-log.ts';
import { createCsvFormat } from '../../../src/tools/export/index.ts';
import { exampleCall } from './example-call.ts';
import { parseCsv } from './parse-csv.ts';

function cellsOf(call: CallLog, options?: Parameters<typeof createCsvFormat>[0]): Record<string, string> {
  const format = createCsvFormat(options);
  const [head = [], row = []] = parseCsv(format.head + format.rows([call]));
  return Object.fromEntries(head.map((name, column) => [name, row[column] ?? 'missing']));
}

describe('CSV', () => {
  it("has the specification's fields as columns, in its order", () => {
    expect(createCsvFormat().head).toBe(`${Object.keys($CallLog.properties).join(',')}\r\n`);
  });

  it('writes null and absent as empty, booleans and numbers as JSON does', () => {
    const cells = cellsOf({ ...exampleCall, recorded: false, charge: -0.5, custom_tag: null });
    expect(cells).toMatchObject({ recorded: 'false', charge: '-0.5', custom_tag: '', source_user: '', length: '20' });
  });

  it('quotes what holds a comma, a quote or a line break, and ends lines with CRLF', () => {
    const text = createCsvFormat().rows([
      { ...exampleCall, source_user: 'a,b', destination_user: 'say "hi"', custom_tag: 'two\nlines' },
    ]);
    expect(text).toContain(',"a,b",');
    expect(text).toContain(',"say ""hi""",');
    expect(text).toMatch(/,"two\nlines"\r\n$/);
  });

  it('reads back as it was, whatever callers call themselves', () => {
    const names = fc.string({
      unit: fc.oneof(fc.constantFrom('"', ',', '\r', '\n', ';', '=', "'"), fc.string({ unit: 'binary' })),
    });
    fc.assert(
      fc.property(names, names, (source_user, custom_tag) => {
        const cells = cellsOf({ ...exampleCall, source_user, custom_tag }, { neutraliseFormulas: false });
        expect(cells).toMatchObject({ id: exampleCall.id, source_user, custom_tag });
      }),
    );
  });

  it('neutralises formulas unless told otherwise', () => {
    const call = { ...exampleCall, source_user_full_name: '=cmd()', from: '+17325550100' };
    expect(cellsOf(call)).toMatchObject({ source_user_full_name: "'=cmd()", from: '+17325550100' });
    expect(cellsOf(call, { neutraliseFormulas: false })).toMatchObject({ source_user_full_name: '=cmd()' });
  });

  it('adds local times at the end, on both sides of a change of the clocks', () => {
    const cells = cellsOf(exampleCall, { localTimeZone: 'America/New_York' });
    expect(Object.entries(cells).slice(-2)).toEqual([
      ['start_local', '2026-03-08T01:59:50-05:00'],
      ['end_local', '2026-03-08T03:00:10-04:00'],
    ]);
  });

  it('leaves unknown fields out and counts them', () => {
    const format = createCsvFormat();
    const text = format.rows([
      { ...exampleCall, queue: 'Sales', mood: 'good' } as CallLog,
      { ...exampleCall, queue: 'Support' } as CallLog,
    ]);
    expect(text).not.toContain('Sales');
    expect(format.leftOut).toEqual(
      new Map([
        ['queue', 2],
        ['mood', 1],
      ]),
    );
  });

  it('remembers a bounded number of unknown fields', () => {
    const format = createCsvFormat();
    for (let n = 0; n < 1000; n += 1) format.rows([{ ...exampleCall, [`field_${n}`]: 1 }]);
    expect(format.leftOut.size).toBe(100);
  });

  it('writes a value of a kind nobody expects as JSON', () => {
    expect(cellsOf({ ...exampleCall, from: { number: ['1'] } } as unknown as CallLog).from).toBe('{"number":["1"]}');
  });
});
