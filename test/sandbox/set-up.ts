import { get, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import type { CallRow, Sandbox } from '../../src/sandbox.ts';

/** A range as a query has it: both bounds inclusive (fact 18). */
export const march = { 'start:gte': '2026-03-01 00:00:00', 'start:lte': '2026-03-31 23:59:59' } as const;
/** The same range for `calls`: `to` exclusive. */
export const marchDates = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') } as const;
/** A sandbox that covers March 2026 alone, seen from April. */
export const marchOnly = { from: '2026-03-01', to: '2026-04-01', now: '2026-04-02T00:00:00Z' } as const;

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Page {
  readonly _embedded?: { readonly call_logs: readonly CallRow[] };
  readonly _links: Record<string, { readonly href: string }>;
  readonly page: number;
  readonly page_size: number;
  readonly total_items: number;
  readonly total_pages?: number;
  readonly total_page?: number;
}

export interface Token {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
  readonly expires_in: number;
}

type Fields = Readonly<Record<string, string>>;

/** Sends a form; rejects where the connection breaks. */
export function post(url: string, form: Fields, headers: Fields = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const sent = request(url, { method: 'POST', headers: { ...type, ...headers }, agent: false }, (response) => {
      receive(response).then(resolve, reject);
    });
    sent.on('error', reject).end(new URLSearchParams(form).toString());
  });
}

/** Fetches with `Accept: application/json` unless told otherwise; rejects where the connection breaks or the body is cut. */
export function fetchText(url: string, headers: Fields = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { Accept: 'application/json', ...headers }, agent: false }, (response) => {
      receive(response).then(resolve, reject);
    }).on('error', reject);
  });
}

async function receive(response: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

/** The form of a password grant that succeeds. */
export function passwordForm({ credentials }: Pick<Sandbox, 'credentials'>): Record<string, string> {
  const { clientId, clientSecret, username, password } = credentials;
  const client = { client_id: clientId, client_secret: clientSecret };
  return { grant_type: 'password', scope: 'openid', ...client, username, password };
}

export async function logIn(sandbox: Sandbox, changes: Fields = {}): Promise<Token> {
  const { text } = await post(sandbox.tokenUrl, { ...passwordForm(sandbox), ...changes });
  return JSON.parse(text) as Token;
}

export function callLogsUrl(baseUrl: string, accountId: string, query: Fields = march): string {
  return `${baseUrl}/accounts/${accountId}/call-logs?${new URLSearchParams(query).toString()}`;
}

export interface Reader {
  /** One request with the reader's token. */
  fetch(query?: Fields, headers?: Fields): Promise<Received>;
  /** One page of March 2026, parsed. */
  page(query?: Fields): Promise<Page>;
}

/** Reads call logs with a token of its own. */
export async function createReader(sandbox: Sandbox, baseUrl = sandbox.baseUrl): Promise<Reader> {
  const { access_token: token } = await logIn(sandbox);
  const fetchPage = (query: Fields = march, headers: Fields = {}): Promise<Received> => {
    return fetchText(callLogsUrl(baseUrl, sandbox.accountId, query), { Authorization: `Bearer ${token}`, ...headers });
  };
  return {
    fetch: fetchPage,
    page: async (query = {}) => JSON.parse((await fetchPage({ ...march, ...query })).text) as Page,
  };
}

export function rowsOf(page: Page): readonly CallRow[] {
  return page._embedded?.call_logs ?? [];
}

export function idsOf(rows: readonly CallRow[]): string[] {
  return rows.map(({ id }) => id);
}

/** Every row of March 2026, page by page until an empty one. */
export async function readAll(reader: Reader, query: Fields = {}): Promise<CallRow[]> {
  const rows: CallRow[] = [];
  for (let page = 1; ; page += 1) {
    const found = rowsOf(await reader.page({ ...query, page: String(page) }));
    if (found.length === 0) return rows;
    rows.push(...found);
  }
}
