import type { ExportJob } from '../../../src/tools/export/index.ts';

export const exampleJob: ExportJob = {
  account: 'c0ffee',
  range: { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
  filters: 'f117e5',
  order: 'asc',
  format: 'csv',
  head: 'id,start\r\n',
  localTimeZone: null,
  neutraliseFormulas: true,
};
