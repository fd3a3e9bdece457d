// Never run: that `npm run types` takes this file is the test of the types that a user sees.
import {
  createReportsClient,
  type parseRange,
  type ReportsError,
  type CallLog,
  type CallLogList,
  type CallLogPage,
  type ClientOptions,
  type FirstPage,
  type Instant,
  type ListOptions,
  type ReportsClient,
} from '../../src/index.ts';

type Assignable<From, To> = [From] extends [To] ? true : false;
type IsAny<T> = 0 extends 1 & T ? true : false;
type Equal<A, B> = [IsAny<A>, Assignable<A, B>, Assignable<B, A>] extends [IsAny<B>, true, true] ? true : false;

/** Takes the type `true` and nothing else. */
type Holds<Claim extends true> = Claim;

export type RowClaims = [
  // What a row always has, what may be null, and the open sets.
  Holds<Equal<CallLog['id'], string>>,
  Holds<Equal<CallLog['start'], string>>,
  Holds<Equal<CallLog['length'], number>>,
  Holds<Equal<CallLog['direction'], string>>,
  Holds<Equal<CallLog['result'], string>>,
  Holds<Equal<CallLog['custom_tag'], string | null | undefined>>,
  Holds<Equal<CallLog['source_user'], string | null | undefined>>,
  // Known values are suggested, others are allowed.
  Holds<Assignable<'Transferred', CallLog['result']>>,
  Holds<Equal<Extract<CallLog['direction'], 'Extension'>, 'Extension'>>,
  Holds<Equal<CallLog['destination_extension'], string | null | undefined>>,
];

export type ListOptionClaims = [
  Holds<Equal<Instant, Date | string>>,
  Holds<Equal<ListOptions['from'], Instant>>,
  Holds<Equal<ListOptions['to'], Instant>>,
  Holds<Equal<ListOptions['direction'], 'Inbound' | 'Outbound' | undefined>>,
  Holds<Equal<ListOptions['pageSize'], number | undefined>>,
  Holds<Equal<ListOptions['signal'], AbortSignal | undefined>>,
  Holds<Assignable<{ from: string; to: Date }, ListOptions>>,
  Holds<Assignable<keyof ReturnType<typeof parseRange>, keyof ListOptions>>,
  Holds<
    Assignable<'fromNumber' | 'toNumber' | 'sourceUser' | 'destinationUser' | 'endFrom' | 'endTo', keyof ListOptions>
  >,
];

export type ListClaims = [
  // Awaited, iterated, by pages, as an array.
  Holds<Equal<Awaited<CallLogList>, FirstPage>>,
  Holds<Assignable<FirstPage, AsyncIterable<CallLog>>>,
  Holds<Assignable<CallLogList, AsyncIterable<CallLog>>>,
  Holds<Assignable<ReturnType<CallLogList['pages']>, AsyncIterable<CallLogPage>>>,
  Holds<Equal<Awaited<ReturnType<CallLogList['toArray']>>, CallLog[]>>,
];

/** Those who match on the codes find out when one is added. */
type Code =
  | 'aborted'
  | 'account-locked'
  | 'authentication-refused'
  | 'configuration'
  | 'incomplete'
  | 'invalid-parameters'
  | 'malformed-response'
  | 'network'
  | 'not-found'
  | 'not-subscribed'
  | 'rate-limited'
  | 'retry-budget-exhausted'
  | 'server'
  | 'timeout'
  | 'unexpected-response';

export type ClientClaims = [
  Holds<Equal<ReportsError['code'], Code>>,
  Holds<Equal<Parameters<typeof createReportsClient>, [options: ClientOptions]>>,
  Holds<Equal<keyof ReportsClient, 'auth' | 'callLogs' | 'raw'>>,
];

// What a client takes, and what is a mistake at compile time.
const client = createReportsClient({
  accountId: '913874',
  auth: () => Promise.resolve('token'),
  fetch: globalThis.fetch,
});

// @ts-expect-error the account id is a text
createReportsClient({ accountId: 913874, auth: 'token' });
// @ts-expect-error credentials are whole or none
createReportsClient({ accountId: '913874', auth: { clientId: 'app', clientSecret: 'secret' } });
// @ts-expect-error the end of the range is missing
client.callLogs.list({ from: '2026-01-01' });
// @ts-expect-error the filter does not document this direction
client.callLogs.list({ from: '2026-01-01', to: '2026-02-01', direction: 'Extension' });
// @ts-expect-error `list` decides the page itself
client.callLogs.list({ from: '2026-01-01', to: '2026-02-01', page: 2 });

// The raw operations: the generated contract.
export const { data, error } = await client.raw.GET('/accounts/{account_id}/call-logs', {
  params: {
    path: { account_id: '913874' },
    query: { 'start:gte': '2026-01-01 00:00:00', 'start:lte': '2026-01-31 23:59:59' },
  },
});
export type RawClaims = [
  Holds<Equal<NonNullable<typeof data>['total_items'], number>>,
  Holds<Equal<NonNullable<NonNullable<typeof data>['_embedded']>['call_logs'], CallLog[]>>,
  Holds<Assignable<undefined, typeof error>>,
];

// @ts-expect-error there is no such operation
await client.raw.GET('/accounts/{account_id}/recordings');
