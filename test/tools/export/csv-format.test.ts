import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { $CallLog } from '../../../generated/schemas/index.ts';
import type { CallLog } from '../../../src/call-logs/call-log.ts';
import { orderFields } from '../../../src/tools/export/csv-format.ts';
import { createCsvFormat, csvColumns } from '../../../src/tools/export/index.ts';
import { exampleCall } from './example-call.ts';
import { parseCsv } from './parse-csv.ts';

function cellsOf(call: CallLog, options?: Parameters<typeof createCsvFormat>[0]): Record<string, string> {
  const format = createCsvFormat(options);
  const [head = [], row = []] = parseCsv(format.head + format.rows([call]));
  return Object.fromEntries(head.map((name, column) => [name, row[column] ?? 'missing']));
}

function columns(options?: Parameters<typeof createCsvFormat>[0]): string[] {
  return createCsvFormat(options).head.trim().split(',');
}

const fields = Object.keys($CallLog.properties);

describe('the columns of CSV', () => {
  it("are all fields of the API's document, in an order for people", () => {
    expect(columns()).toEqual([
      ...['id', 'start', 'end', 'length', 'direction', 'result', 'from', 'to'],
      ...['source_user', 'source_user_full_name', 'source_extension', 'source_device_name', 'source_sip_id'],
      ...['destination_user', 'destination_user_full_name', 'destination_extension'],
      ...['destination_device_name', 'destination_sip_id'],
      ...['custom_tag', 'recorded', 'in_network', 'international', 'rate', 'charge'],
    ]);
    expect(columns().toSorted()).toEqual(fields.toSorted());
  });

  it('do not depend on the order of the fields in the document', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(fields, { minLength: fields.length }), (shuffled) => {
        expect(orderFields(shuffled)).toEqual(columns());
      }),
    );
  });

  it('have new fields of the document after all others, and do not have those that it drops', () => {
    const changed = ['queue', ...fields.filter((field) => field !== 'rate'), 'agent'];
    expect(orderFields(changed)).toEqual([...columns().filter((field) => field !== 'rate'), 'agent', 'queue']);
  });

  it('can be chosen', () => {
    expect(columns({ columns: ['length', 'start_local', 'id'] })).toEqual(['length', 'start_local', 'id']);
    expect(cellsOf(exampleCall, { columns: ['length', 'start_local'], timeZone: 'America/New_York' })).toEqual({
      length: '20',
      start_local: '2026-03-08T01:59:50-05:00',
    });
  });

  it('end with the local times where they are asked for', () => {
    expect(columns({ localTimes: true })).toEqual(csvColumns);
  });
});

describe('a row of CSV', () => {
  it('has null and absent as empty, booleans and numbers as JSON does', () => {
    const cells = cellsOf({ ...exampleCall, recorded: false, charge: -0.5, custom_tag: null });
    expect(cells).toMatchObject({ recorded: 'false', charge: '-0.5', custom_tag: '', source_user: '', length: '20' });
  });

  it('ends with CRLF', () => {
    const format = createCsvFormat({ columns: ['id', 'custom_tag'] });
    expect(format.head + format.rows([{ ...exampleCall, custom_tag: 'two\nlines' }])).toBe(
      `id,custom_tag\r\n${exampleCall.id},"two\nlines"\r\n`,
    );
  });

  it('reads back unchanged except for control characters, whatever callers call themselves', () => {
    const names = fc.string({
      unit: fc.oneof(fc.constantFrom('"', ',', '\n', ';', '=', "'", ' '), fc.string({ unit: 'grapheme' })),
    });
    fc.assert(
      fc.property(names, names, (source_user, custom_tag) => {
        fc.pre(!/(?!\n)\p{Cc}/u.test(source_user + custom_tag));
        const cells = cellsOf({ ...exampleCall, source_user, custom_tag }, { neutraliseFormulas: false });
        expect(cells).toMatchObject({ id: exampleCall.id, source_user, custom_tag });
      }),
    );
  });

  it('runs no formula unless formulas are kept', () => {
    const call = { ...exampleCall, source_user_full_name: '=cmd()', from: '+17325550100' };
    expect(cellsOf(call)).toMatchObject({ source_user_full_name: "'=cmd()", from: '+17325550100' });
    expect(cellsOf(call, { neutraliseFormulas: false })).toMatchObject({ source_user_full_name: '=cmd()' });
  });

  it('has local times on both sides of a clock change', () => {
    const cells = cellsOf(exampleCall, { localTimes: true, timeZone: 'America/New_York' });
    expect(cells).toMatchObject({
      start_local: '2026-03-08T01:59:50-05:00',
      end_local: '2026-03-08T03:00:10-04:00',
    });
  });

  it('leaves a local time empty where the time of the call is unreadable', () => {
    const cells = cellsOf({ ...exampleCall, end: 'soon' }, { localTimes: true });
    expect(cells).toMatchObject({ end: 'soon', end_local: '', start_local: '2026-03-08T06:59:50+00:00' });
  });

  it('has a value of an unexpected kind as JSON', () => {
    expect(cellsOf({ ...exampleCall, from: { number: ['1'] } } as unknown as CallLog).from).toBe('{"number":["1"]}');
  });
});

describe('fields that the document does not have', () => {
  it('are left out and counted', () => {
    const format = createCsvFormat();
    const text = format.rows([
      { ...exampleCall, queue: 'Sales', mood: 'good' } as CallLog,
      { ...exampleCall, queue: 'Support' } as CallLog,
    ]);
    expect(text).not.toContain('Sales');
    expect([...format.leftOut]).toEqual([
      ['queue', 2],
      ['mood', 1],
    ]);
  });

  it('are remembered up to a bound', () => {
    const format = createCsvFormat();
    for (let n = 0; n < 1000; n += 1) format.rows([{ ...exampleCall, [`field_${n}`]: 1 }]);
    expect(format.leftOut.size).toBe(100);
  });

  it('are not counted where columns are chosen', () => {
    const format = createCsvFormat({ columns: ['id'] });
    format.rows([{ ...exampleCall, queue: 'Sales' } as CallLog]);
    expect(format.leftOut.size).toBe(0);
  });
});

describe('CSV for Excel', () => {
  const call = { ...exampleCall, from: '+17325550100', to: '0123', source_user: 'Jane', source_extension: '1001' };
  const options = { excel: true, timeZone: 'America/New_York' };

  it('begins with a byte order mark and has local times instead of UTC', () => {
    const { head } = createCsvFormat(options);
    expect(head).toMatch(/^\ufeffid,start_local,end_local,length,direction,/);
    expect(head).not.toMatch(/,(start|end),/);
  });

  it('has times that Excel reads, durations, and numbers that stay text', () => {
    expect(cellsOf(call as CallLog, options)).toMatchObject({
      start_local: '2026-03-08 01:59:50',
      end_local: '2026-03-08 03:00:10',
      length: '0:00:20',
      from: '="+17325550100"',
      to: '="0123"',
      source_user: 'Jane',
      source_extension: '="1001"',
    });
  });

  it('runs no formula of a caller', () => {
    const cells = cellsOf({ ...call, custom_tag: '=1+1', source_user: '=cmd()' }, options);
    expect(cells).toMatchObject({ custom_tag: "'=1+1", source_user: "'=cmd()" });
  });
});
