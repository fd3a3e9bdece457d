import createFetchClient from 'openapi-fetch';
import type { paths } from '../../../generated/types.ts';
import type { CallLogsQuery } from '../../call-logs/call-log.ts';
import type { OutgoingRequest } from '../../core/http/send.ts';

export type PrepareRequest = (
  query: CallLogsQuery,
) => Promise<Pick<OutgoingRequest, 'url' | 'method' | 'headers' | 'name'>>;

/** Requests for calls as openapi-fetch writes them for the client, held back instead of being sent. */
export function createPrepareRequest(baseUrl: string, accountId: string): PrepareRequest {
  const api = createFetchClient<paths>({ baseUrl });
  return (query) =>
    new Promise((resolve, reject) => {
      const params = { path: { account_id: accountId }, query };
      const fetch = (request: Request): Promise<Response> => {
        const { url, method, headers } = request;
        resolve({ url, method, headers: Object.fromEntries(headers), name: `${method} ${new URL(url).pathname}` });
        return Promise.resolve(new Response(null, { status: 204 }));
      };
      api.GET('/accounts/{account_id}/call-logs', { params, fetch }).catch(reject);
    });
}
