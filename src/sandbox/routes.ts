import type { Endpoint } from './faults/fault.ts';

/** Where a request goes; the account id is empty but for call logs. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly accountId: string;
}

const TOKEN = /^(?:\/t\/vbc\.prod\/oauth2)?\/token$/;
const AUTHORIZE = /^(?:\/t\/vbc\.prod\/oauth2)?\/authorize$/;
const CALL_LOGS = /^\/t\/vbc\.prod\/reports(?:\/v1)?\/accounts\/([^/]+)\/call-logs$/;

/** Both paths of each service: those of the two hosts for tokens (fact 2), with and without `/v1` for reports (fact 1). */
export function routeOf(method: string, path: string): Route {
  if (method === 'POST' && TOKEN.test(path)) return { endpoint: 'token', accountId: '' };
  if (method === 'GET' && AUTHORIZE.test(path)) return { endpoint: 'authorize', accountId: '' };
  const accountId = CALL_LOGS.exec(path)?.[1] ?? '';
  return { endpoint: method === 'GET' && accountId !== '' ? 'call-logs' : 'other', accountId };
}
