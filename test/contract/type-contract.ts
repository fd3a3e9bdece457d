/**
 * The promises that users of the package rely on, as types: the fields of a row, the query, the responses, and details
 * that types do not show (formats, defaults, names of components). `npm run types` compiles it, so a change of the
 * generated code that takes something from users fails the build with a sentence that says what. Tools that compare
 * documents rate most of what stands here as harmless.
 *
 * New fields, parameters and answers pass. To take a break on purpose, change the promise below in the same commit, with
 * an entry in spec/accepted.yml and a changelog entry (docs/drift.md).
 */
import type { queryParameters } from '../../generated/query-parameters.ts';
import type { $CallLog } from '../../generated/schemas/index.ts';
import type { components, operations, paths } from '../../generated/types.ts';

type Same<Left, Right> = [Left] extends [Right] ? ([Right] extends [Left] ? true : false) : false;

/** `true`, or a sentence for each promise that is broken: the compiler prints it. */
type Verdict<Sentences> = [Sentences] extends [never] ? true : Sentences;

/** Every promised name is there, with the promised type, and as optional as promised. */
type Kept<What extends string, Actual, Promised> = Verdict<
  {
    [Name in keyof Promised & string]: Name extends keyof Actual
      ? Same<Pick<Actual, Name>, Pick<Promised, Name>> extends true
        ? never
        : `${What}: \`${Name}\` has changed`
      : `${What}: \`${Name}\` is gone or renamed`;
  }[keyof Promised & string]
>;

/** Nothing is asked for that was not before. */
type NothingRequired<What extends string, Actual, Promised> = Verdict<
  {
    [Name in Exclude<keyof Actual, keyof Promised> & string]: object extends Pick<Actual, Name>
      ? never
      : `${What}: \`${Name}\` is new and required`;
  }[Exclude<keyof Actual, keyof Promised> & string]
>;

type Member<Type, Name> = Name extends keyof Type ? Type[Name] : never;
type Schema<Name extends string> = Member<components['schemas'], Name>;
type Operation = Member<operations, 'getCallLogs'>;
type Query = Member<Member<Operation, 'parameters'>, 'query'>;
type Answer<Status extends number> = Member<
  Member<Member<Member<Operation, 'responses'>, Status>, 'content'>,
  'application/json'
>;

// --- Names -----------------------------------------------------------------------------------------------------------

export const theOperation: Kept<'The operations', Record<keyof operations, 0>, { getCallLogs: 0 }> = true;
export const thePath: Kept<'The paths', Record<keyof paths, 0>, { '/accounts/{account_id}/call-logs': 0 }> = true;
export const theComponents: Kept<
  'The components',
  Record<keyof components['schemas'], 0>,
  {
    CallLog: 0;
    CallLogsEmbeddedObject: 0;
    CallLogsHalResponse: 0;
    DetailedInvalidParam: 0;
    FlatFault: 0;
    GatewayFault: 0;
    Links: 0;
    TokenProblem: 0;
    ValidationErrorsResponse: 0;
    WrappedFault: 0;
  }
> = true;

// --- Rows ------------------------------------------------------------------------------------------------------------

interface Row {
  id: string;
  start: string;
  end: string;
  direction: string;
  result: string;
  length: number;
  from?: string;
  to?: string;
  charge?: number;
  rate?: number;
  in_network?: boolean;
  international?: boolean;
  recorded?: boolean;
  source_user?: string | null;
  source_user_full_name?: string | null;
  source_device_name?: string | null;
  source_sip_id?: string | null;
  source_extension?: string | null;
  destination_user?: string | null;
  destination_user_full_name?: string | null;
  destination_device_name?: string | null;
  destination_sip_id?: string | null;
  destination_extension?: string | null;
  custom_tag?: string | null;
}

export const theRow: Kept<'A row', Schema<'CallLog'>, Row> = true;

type Fields = (typeof $CallLog)['properties'];
type Written<Keyword extends string> = {
  [Name in keyof Fields & keyof Row]: Member<Fields[Name], Keyword>;
};
/** Every field of a row, and the format that its values are written in. */
type Formats = Record<Exclude<keyof Row, 'id'>, never> & { id: 'uuid' };
type Flat<Type> = { [Name in keyof Type]: Type[Name] };

export const theFormats: Kept<'The formats of a row', Written<'format'>, Flat<Formats>> = true;

type Time = '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$';

export const theTimes: Kept<'How a row writes times', Written<'pattern'>, { start: Time; end: Time }> = true;

// --- The query -------------------------------------------------------------------------------------------------------

interface PromisedQuery {
  'start:gte': string;
  'start:lte': string;
  'end:gte'?: string;
  'end:lte'?: string;
  page_size?: number;
  page?: number;
  to?: string;
  from?: string;
  source_user?: string;
  destination_user?: string;
  direction?: 'Inbound' | 'Outbound';
  order?: string;
}

export const theQuery: Kept<'The query', Query, PromisedQuery> = true;
export const theQueryAsksNoMore: NothingRequired<'The query', Query, PromisedQuery> = true;

type Parameters = typeof queryParameters;
type Defaults = { [Name in keyof Parameters & keyof PromisedQuery]: Member<Parameters[Name], 'default'> };
type PromisedDefaults = Record<Exclude<keyof PromisedQuery, 'page' | 'page_size'>, never> & { page: 1; page_size: 10 };

export const theDefaults: Kept<'The defaults of the query', Defaults, Flat<PromisedDefaults>> = true;

// --- Answers ---------------------------------------------------------------------------------------------------------

interface Page {
  _embedded?: Schema<'CallLogsEmbeddedObject'>;
  _links?: Schema<'Links'>;
  page?: number;
  page_size?: number;
  total_items: number;
  total_page?: number;
  total_pages?: number;
}

export const thePage: Kept<'A page', Answer<200>, Page> = true;
export const theListOfRows: Kept<
  'The list of rows',
  Schema<'CallLogsEmbeddedObject'>,
  { call_logs: Schema<'CallLog'>[] }
> = true;
export const theRefusal: Kept<
  'The answer 400',
  Answer<400>,
  { instance?: string; invalid_parameters?: Schema<'DetailedInvalidParam'>[]; status?: number; title?: string }
> = true;
export const theInvalidParameter: Kept<
  'An invalid parameter',
  Schema<'DetailedInvalidParam'>,
  { name?: string; reason?: string }
> = true;
export const theFaults: Kept<
  'The answers that are faults',
  { 401: Answer<401>; 403: Answer<403>; 429: Answer<429>; 500: Answer<500>; 503: Answer<503> } extends infer Actual
    ? { [Status in keyof Actual as `${Status & number}`]: Actual[Status] }
    : never,
  {
    '401': Schema<'WrappedFault'> | Schema<'FlatFault'> | Schema<'TokenProblem'>;
    '403': Schema<'GatewayFault'>;
    '429': Schema<'GatewayFault'>;
    '500': Schema<'GatewayFault'>;
    '503': Schema<'GatewayFault'>;
  }
> = true;
