import fc from 'fast-check';
import type { CallLog } from '../../../../src/call-logs/call-log.ts';
import type { FetchLike } from '../../../../src/core/http/attempt.ts';

/**
 * The accident that happens to an export: it is interrupted at a request, a request fails with 404 or 403, or calls are
 * hidden from every page though they are counted: those whose id begins with the digits.
 */
export type Trouble =
  | { readonly kind: 'interrupt' | 'gone' | 'refused'; readonly request: number }
  | { readonly kind: 'hide'; readonly digits: string };

export const troubles: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('interrupt', 'gone', 'refused'),
    request: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({ kind: fc.constant('hide'), digits: fc.stringMatching(/^[0-9a-f]{2}$/) }),
);

const statuses = { gone: 404, refused: 403 } as const;

/** A `fetch` that does the mischief to the requests for calls, counted from 1. */
export function spoilingFetch(trouble: Trouble | undefined, interrupt: () => void): FetchLike {
  let requests = 0;
  return async (url, init) => {
    if (trouble === undefined || !url.includes('/call-logs')) return await fetch(url, init);
    requests += 1;
    if ('digits' in trouble) return await spoilt(await fetch(url, init), trouble.digits);
    if (requests < trouble.request) return await fetch(url, init);
    if (trouble.kind !== 'interrupt') return new Response('', { status: statuses[trouble.kind] });
    interrupt();
    throw init.signal.reason;
  };
}

async function spoilt(response: Response, digits: string): Promise<Response> {
  const page = (await response.json()) as { _embedded?: { call_logs: CallLog[] } };
  const left = (page._embedded?.call_logs ?? []).filter(({ id }) => !id.startsWith(digits));
  return Response.json({ ...page, _embedded: { call_logs: left } }, { status: response.status });
}
