export type { CallPage } from './call-page.ts';
export { createCsvFormat } from './csv-format.ts';
export { openFileOutput } from './file-output.ts';
export { createNdjsonFormat } from './ndjson-format.ts';
export type { Output } from './output.ts';
export { OutputError } from './output-error.ts';
export type { RowFormat, RowFormatOptions } from './row-format.ts';
export { createStreamOutput } from './stream-output.ts';
export { writeCalls, type WriteProgress, type WriteResult } from './write-calls.ts';
