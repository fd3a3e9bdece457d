export { columnsOf, createCsvFormat, csvColumns, type CsvOptions } from './csv-format.ts';
export type { ExportJob } from './export-job.ts';
export { type FileOutputOptions, openFileOutput } from './file-output.ts';
export { type Finished, type Output, rejectedFile, type Remaining } from './output.ts';
export { OutputError, outputError } from './output-error.ts';
export { createNdjsonFormat, type RowFormat } from './row-format.ts';
export { isReaderGone, StreamOutput } from './stream-output.ts';
export { requireWritable, type TargetFile, targetFile, writeWhole } from './target-file.ts';
export { type EndedEarly, type ReadWindow, writeCalls, type WriteResult } from './write-calls.ts';
