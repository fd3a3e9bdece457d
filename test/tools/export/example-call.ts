import type { CallLog } from '../../../src/call-logs/call-log.ts';

export const exampleCall: CallLog = {
  id: 'f27b937d-6dde-441a-9595-006e7302eac1',
  start: '2026-03-08 06:59:50',
  end: '2026-03-08 07:00:10',
  direction: 'Inbound',
  result: 'Answered',
  length: 20,
};
