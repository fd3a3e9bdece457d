import type { CallLogsQuery } from './call-log.ts';

/** The part of the query that is the same for every page, under the wire's names. */
export type Filters = Omit<CallLogsQuery, 'start:gte' | 'start:lte' | 'page' | 'page_size' | 'order'>;
