import type { ExportJob } from '../../../src/tools/export/index.ts';

export const exampleJob: ExportJob = {
  account: '913874',
  range: '2026-03-01T00:00:00.000Z 2026-04-01T00:00:00.000Z',
  filters: '',
  format: 'csv',
  columns: 'id,start\r\n',
  times: 'UTC',
  formulas: 'neutralised',
  version: '0.1.0',
};
