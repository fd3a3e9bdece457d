import { pathToFileURL } from 'node:url';
import axios from 'axios';
import got from 'got';
import ky from 'ky';
import createClient from 'openapi-fetch';

import type { components, paths } from '../generated/types.ts';
import type * as thisPackage from '../src/index.ts';
import { buildCodegenClient, buildThisClient } from './build.ts';

type Page = components['schemas']['CallLogsHalResponse'];

export interface Contender {
  readonly name: string;
  /** A loop over another client's pages, as people write it. */
  readonly isLoop: boolean;
  /** Reads the whole range; gives the number of rows. */
  readonly read: () => Promise<number>;
}

export interface Target {
  /** Such as `http://127.0.0.1:4010`. */
  readonly origin: string;
  /** For this client; the loops ask for one page at a time. */
  readonly concurrency: number;
}

const accountId = '913874';
const pageSize = 1000;
const month = { from: '2026-01-01', to: '2026-02-01' };
const headers = { accept: 'application/json', authorization: 'Bearer token-of-the-benchmark' };
const path = `/accounts/${accountId}/call-logs`;

function queryOf(page: number) {
  return { 'start:gte': '2026-01-01 00:00:00', 'start:lte': '2026-01-31 23:59:59', page, page_size: pageSize };
}

function textQueryOf(page: number): Record<string, string> {
  return Object.fromEntries(Object.entries(queryOf(page)).map(([name, value]) => [name, String(value)]));
}

/** The loop that people write: page after page, as many as the first answer says. */
async function readPages(readPage: (page: number) => Promise<Page | undefined>): Promise<number> {
  let count = 0;
  let pages = 1;
  for (let page = 1; page <= pages; page += 1) {
    const answer = await readPage(page);
    count += answer?._embedded?.call_logs.length ?? 0;
    pages = answer?.total_pages ?? 0;
  }
  return count;
}

export async function createContenders({ origin, concurrency }: Target): Promise<Contender[]> {
  const url = `${origin}${path}`;
  const loops = [
    { name: 'openapi-fetch', read: openapiFetchLoop(origin) },
    { name: '`fetch` and `JSON.parse`', read: fetchLoop(url) },
    { name: 'ky', read: () => readPages((page) => ky.get(url, { headers, searchParams: queryOf(page) }).json()) },
    { name: 'axios', read: axiosLoop(url) },
    { name: 'got.paginate', read: gotPaginate(url) },
    { name: "openapi-typescript-codegen's client", read: await codegenLoop(origin) },
  ];
  return [
    ...loops.map((loop) => ({ ...loop, isLoop: true })),
    ...(await thisClient(origin, concurrency)).map((own) => ({ ...own, isLoop: false })),
  ];
}

function fetchLoop(url: string): Contender['read'] {
  return () =>
    readPages(async (page) => {
      const response = await fetch(`${url}?${new URLSearchParams(textQueryOf(page)).toString()}`, { headers });
      return (await response.json()) as Page;
    });
}

function openapiFetchLoop(baseUrl: string): Contender['read'] {
  const client = createClient<paths>({ baseUrl, headers });
  return () =>
    readPages(async (page) => {
      const params = { path: { account_id: accountId }, query: queryOf(page) };
      return (await client.GET('/accounts/{account_id}/call-logs', { params })).data;
    });
}

function axiosLoop(url: string): Contender['read'] {
  return () => readPages(async (page) => (await axios.get<Page>(url, { headers, params: queryOf(page) })).data);
}

function gotPaginate(url: string): Contender['read'] {
  return async () => {
    let count = 0;
    const rows = got.paginate<unknown, Page>(url, {
      headers,
      responseType: 'json',
      searchParams: queryOf(1),
      pagination: {
        transform: ({ body }) => body._embedded?.call_logs ?? [],
        paginate: ({ response: { body } }) => {
          const page = (body.page ?? 1) + 1;
          return page > (body.total_pages ?? 0) ? false : { searchParams: queryOf(page) };
        },
        countLimit: Infinity,
        requestLimit: Infinity,
        stackAllItems: false,
      },
    });
    for await (const _row of rows) count += 1;
    return count;
  };
}

interface CodegenClient {
  OpenAPI: { BASE: string; TOKEN: string };
  DefaultService: Record<'getCallLogs', (options: Record<string, unknown>) => Promise<Page>>;
}

async function codegenLoop(origin: string): Promise<Contender['read']> {
  const { OpenAPI, DefaultService } = (await import(pathToFileURL(await buildCodegenClient()).href)) as CodegenClient;
  OpenAPI.BASE = origin;
  OpenAPI.TOKEN = 'token-of-the-benchmark';
  const range = { startGte: '2026-01-01 00:00:00', startLte: '2026-01-31 23:59:59' };
  return () => readPages((page) => DefaultService.getCallLogs({ accountId, ...range, page, pageSize }));
}

/** Everything on: login, limits, retries, proof. */
async function thisClient(origin: string, concurrency: number): Promise<Omit<Contender, 'isLoop'>[]> {
  const { createReportsClient } = (await import(pathToFileURL(await buildThisClient()).href)) as typeof thisPackage;
  const auth = { clientId: 'app', clientSecret: 'secret', username: 'jane', password: 'secret' };
  const listed = () =>
    createReportsClient({
      accountId,
      auth,
      baseUrl: origin,
      tokenUrl: `${origin}/token`,
      concurrency,
      pageSize,
    }).callLogs.list(month);
  const byCall = async (): Promise<number> => {
    let count = 0;
    for await (const _call of listed()) count += 1;
    return count;
  };
  const byPage = async (): Promise<number> => {
    let count = 0;
    for await (const { calls } of listed().pages()) count += calls.length;
    return count;
  };
  return [
    { name: 'vbc-reports, call by call', read: byCall },
    { name: 'vbc-reports, page by page', read: byPage },
  ];
}
