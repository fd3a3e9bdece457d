import { describe, expect, it } from '@jest/globals';
import type { CallLog } from '../../../src/call-logs/call-log.ts';
import { createNdjsonFormat } from '../../../src/tools/export/index.ts';
import { exampleCall } from './example-call.ts';

describe('NDJSON', () => {
  it('has each call as it came, with unknown fields, nulls and control characters, one per line', () => {
    const calls = [
      { ...exampleCall, queue: 'Sales', custom_tag: null, source_user: 'two\nlines\0' } as CallLog,
      exampleCall,
    ];
    const format = createNdjsonFormat();
    const lines = (format.head + format.rows(calls)).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(calls);
  });

  it('adds local times when asked to', () => {
    const format = createNdjsonFormat({ localTimes: true, timeZone: 'America/New_York' });
    expect(JSON.parse(format.rows([exampleCall]))).toEqual({
      ...exampleCall,
      start_local: '2026-03-08T01:59:50-05:00',
      end_local: '2026-03-08T03:00:10-04:00',
    });
  });
});
