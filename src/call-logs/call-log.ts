import type { components, operations } from '../../generated/types.ts';

/** A row of the call log, with the wire's names and the generated types. Times are zone-less strings in UTC. */
export type CallLog = components['schemas']['CallLog'];

/** The query of the call-logs operation, with the wire's names. */
export type CallLogsQuery = NonNullable<operations['getCallLogs']['parameters']['query']>;
