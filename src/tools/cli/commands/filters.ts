import { type CallLog, type CallLogPage, callEnd } from '../../../index.ts';
import { counted, listed } from '../terminal/text.ts';

/** Filters that the API lacks or applies too literally. They are applied to the calls that it lists. */
export interface CallFilters {
  /** A phone number or an extension of either party, in any usual spelling. Without a digit it matches no call. */
  readonly number?: string | undefined;
  /** Such as `Answered`; upper and lower case are the same. */
  readonly result?: string | undefined;
  /** Such as `Extension`, which the API lists but does not filter by (fact 23); upper and lower case are the same. */
  readonly direction?: string | undefined;
}

/** The fields of a call that the filters read. */
export type FilteredCall = Partial<Pick<CallLog, 'from' | 'to' | 'direction' | 'result'>>;

/** Returns the test that a call passes if it matches every filter given; without filters, every call passes. */
export function createCallMatcher({ number, result, direction }: CallFilters): (call: FilteredCall) => boolean {
  const digits = number === undefined ? undefined : normaliseNumber(number);
  return (call) =>
    (number === undefined || [call.from, call.to].some((party) => sameNumber(digits, normaliseNumber(party ?? '')))) &&
    (result === undefined || sameWord(result, call.result)) &&
    (direction === undefined || sameWord(direction, call.direction));
}

/**
 * The digits of a number without what is only spelling: spaces, dots, dashes, brackets, a leading `+`, the `00` of an
 * international call and the `0` in brackets of a British or German number. Undefined if there are no digits.
 */
export function normaliseNumber(text: string): string | undefined {
  const digits = text.normalize('NFKC').replaceAll('(0)', '').replaceAll(/\D/g, '').replace(/^00/, '');
  return digits === '' ? undefined : digits;
}

/** The shortest number that may lack its country or trunk code. Extensions are shorter, and match as a whole only. */
const shortestNational = 7;

/** The most digits that one spelling may lack: a country code of up to three, or `1` and an area code. */
const longestPrefix = 4;

/**
 * Returns whether two numbers may reach the same party: they have the same digits, or one is the other after a country
 * code (`17325550107` and `7325550107`). The `0` before a national number (`020 7946 0018`) counts as its trunk prefix.
 */
function sameNumber(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (one === other) return true;
  const [short, long] = [one, other].map(withoutTrunkZero).sort((a, b) => a.length - b.length) as [string, string];
  const missing = long.length - short.length;
  return short.length >= shortestNational && missing <= longestPrefix && long.endsWith(short);
}

function withoutTrunkZero(digits: string): string {
  return digits.length > shortestNational ? digits.replace(/^0/, '') : digits;
}

function sameWord(one: string, other: string | undefined): boolean {
  return one.trim().toLowerCase() === other?.toLowerCase();
}

/** The filters that the API applies, for calls that come from elsewhere. */
export interface LiteralFilters {
  readonly direction?: string | undefined;
  readonly fromNumber?: string | undefined;
  readonly toNumber?: string | undefined;
  readonly sourceUser?: string | undefined;
  readonly destinationUser?: string | undefined;
  /** Inclusive. */
  readonly endFrom?: Date | undefined;
  /** Exclusive. */
  readonly endTo?: Date | undefined;
}

/** Returns the test that a call passes if the API would list it with these filters. */
export function createLiteralMatcher(filters: LiteralFilters): (call: CallLog) => boolean {
  const { direction, fromNumber, toNumber, sourceUser, destinationUser, endFrom, endTo } = filters;
  const wanted = Object.entries({
    ...{ direction, from: fromNumber, to: toNumber },
    ...{ source_user: sourceUser, destination_user: destinationUser },
  }).filter(([, value]) => value !== undefined);
  return (call) => {
    const values: Readonly<Record<string, unknown>> = call;
    if (!wanted.every(([field, value]) => values[field] === value)) return false;
    if (endFrom === undefined && endTo === undefined) return true;
    const end = callEnd(call);
    return (endFrom === undefined || end >= endFrom) && (endTo === undefined || end < endTo);
  };
}

/** Lets matching calls through, and counts all calls. */
export interface CallFilter {
  pages(pages: AsyncIterable<CallLogPage>): AsyncGenerator<CallLogPage, void, undefined>;
  /** The number of calls so far, those that did not match included. */
  read(): number;
  /** The results of these calls. */
  results(): readonly string[];
}

/** The API has five results (fact 23); a server that invents one for every call must not fill the memory. */
const mostResults = 20;

export function createCallFilter(filters: CallFilters): CallFilter {
  const matches = createCallMatcher(filters);
  let read = 0;
  const results = new Set<string>();
  function note(calls: readonly CallLog[]): void {
    read += calls.length;
    for (const { result } of calls) if (results.size < mostResults) results.add(result);
  }

  return {
    async *pages(pages) {
      for await (const page of pages) {
        note(page.calls);
        yield { ...page, calls: page.calls.filter(matches) };
      }
    },
    read: () => read,
    results: () => [...results],
  };
}

/** The filters that an export was given, by flag; those that the API applies are matched to the letter. */
export interface GivenFilters extends CallFilters {
  readonly fromNumber?: string | undefined;
  readonly toNumber?: string | undefined;
  readonly sourceUser?: string | undefined;
  readonly destinationUser?: string | undefined;
}

/**
 * Says, for an export of 0 calls, which flags matched no call, which of them the API matched to the letter, and what may
 * help. Undefined if there were none. Names the flags alone: summaries end up in logs, and the values are phone numbers
 * and names of people.
 */
export function noMatchNote(filters: GivenFilters, callsRead: number, results: readonly string[]): string | undefined {
  const { direction, result, number } = filters;
  const own = flagsGiven({ '--direction': direction, '--result': result, '--number': number });
  if (callsRead > 0) {
    const seen = result === undefined ? '' : ` Their results are ${listed(results, 'and')}.`;
    return `No call matches ${listed(own, 'and')}: ${counted(callsRead, 'call')} read.${seen}`;
  }
  const numbers = flagsGiven({ '--from-number': filters.fromNumber, '--to-number': filters.toNumber });
  const users = flagsGiven({ '--source-user': filters.sourceUser, '--destination-user': filters.destinationUser });
  const literal = [...numbers, ...users];
  if (literal.length === 0) return undefined;
  return [
    `No call matches. The API compares ${listed(literal, 'and')} character by character.`,
    ...(numbers.length === 0 ? [] : ['For a number in any spelling, use --number.']),
    ...(users.length === 0 ? [] : ['Write a user as the API lists it, upper and lower case included.']),
  ].join(' ');
}

function flagsGiven(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
