export type { CallLog, CallLogPage, CallLogsQuery, OpenSets } from './call-log.ts';
export { type Count, type CountOptions, createCount } from './count.ts';
export type { ListOptions } from './list-options.ts';
export { type CallLogList, createList, type FirstPage, type List, type ListSummary, settledUntil } from './list.ts';
export { createCallLogsUrl, createReadPage, validatePage } from './read-page.ts';
