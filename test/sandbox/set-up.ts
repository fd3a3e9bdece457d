import { get, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

import {
  startSandbox,
  type CallRow,
  type Sandbox,
  type SandboxOptions,
  type SandboxSwitches,
} from '../../src/sandbox.ts';

/** March 2026 as a query: both bounds are inclusive (fact 18). */
export const march = { 'start:gte': '2026-03-01 00:00:00', 'start:lte': '2026-03-31 23:59:59' } as const;
/** The same month for `calls`: `to` is exclusive. */
export const marchDates = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') } as const;
/** Options of a sandbox that covers March 2026 only, with its clock in April. */
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

/** Sends a form. Rejects if the connection breaks. */
export function post(url: string, form: Fields, headers: Fields = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const sent = request(url, { method: 'POST', headers: { ...type, ...headers }, agent: false }, (response) => {
      receive(response).then(resolve, reject);
    });
    sent.on('error', reject).end(new URLSearchParams(form).toString());
  });
}

/** Fetches with `Accept: application/json` by default. Rejects if the connection breaks or the body is cut short. */
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

/** Returns the form of a password grant that succeeds. */
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
  /** Sends one request with the reader's token. */
  fetch(query?: Fields, headers?: Fields): Promise<Received>;
  /** Returns one page of March 2026, parsed. */
  page(query?: Fields): Promise<Page>;
}

/** Logs in and reads call logs with that token. */
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

/** Reads every row of March 2026, page by page until an empty one. */
export async function readAll(reader: Reader, query: Fields = {}): Promise<CallRow[]> {
  const rows: CallRow[] = [];
  for (let page = 1; ; page += 1) {
    const found = rowsOf(await reader.page({ ...query, page: String(page) }));
    if (found.length === 0) return rows;
    rows.push(...found);
  }
}

/** Turns a time of the API into seconds since 1970. */
export function secondsOf(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`) / 1000;
}

/** Writes an instant as the API does. */
export function apiTimeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Starts one sandbox for each set of switches that a file of tests uses, and stops them all at its end. */
export function sharedSandboxes(options: SandboxOptions): {
  start: (switches?: Partial<SandboxSwitches>) => Promise<Sandbox>;
  reader: (switches?: Partial<SandboxSwitches>) => Promise<Reader>;
  stop: () => Promise<void>;
} {
  const sandboxes = new Map<string, Promise<Sandbox>>();
  const readers = new Map<string, Promise<Reader>>();
  const start = (switches: Partial<SandboxSwitches> = {}): Promise<Sandbox> => {
    const key = JSON.stringify(switches);
    const sandbox = sandboxes.get(key) ?? startSandbox({ ...options, switches });
    sandboxes.set(key, sandbox);
    return sandbox;
  };
  const reader = (switches: Partial<SandboxSwitches> = {}): Promise<Reader> => {
    const key = JSON.stringify(switches);
    const found = readers.get(key) ?? start(switches).then((sandbox) => createReader(sandbox));
    readers.set(key, found);
    return found;
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...sandboxes.values()].map(async (sandbox) => (await sandbox).stop()));
  };
  return { start, reader, stop };
}
