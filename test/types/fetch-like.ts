// Never run: that `npm run types` takes this file is the test.
import type { fetch as undiciFetch } from 'undici-types';

import type { FetchLike } from '../../src/index.ts';

/** As the types of node-fetch 2 and 3 declare it: a body that is a Node stream, and an abort signal of its own. */
declare function nodeFetch(url: string | URL, init?: NodeFetchInit): Promise<NodeFetchResponse>;

interface NodeFetchInit {
  body?: string | Blob | ArrayBuffer | NodeJS.ReadableStream | null;
  headers?: string[][] | Record<string, string> | Iterable<[string, string]>;
  method?: string;
  redirect?: 'error' | 'follow' | 'manual';
  signal?: NodeFetchSignal | null;
  compress?: boolean;
  size?: number;
}

interface NodeFetchSignal {
  readonly aborted: boolean;
  addEventListener(
    type: 'abort',
    listener: (this: NodeFetchSignal, event: unknown) => unknown,
    options?: boolean | { capture?: boolean; once?: boolean; passive?: boolean },
  ): void;
  removeEventListener(type: 'abort', listener: (this: NodeFetchSignal, event: unknown) => unknown): void;
}

declare class NodeFetchHeaders {
  get(name: string): string | null;
  forEach(callback: (value: string, name: string) => void): void;
  raw(): Record<string, string[]>;
}

interface NodeFetchResponse {
  readonly status: number;
  readonly url: string;
  readonly headers: NodeFetchHeaders;
  readonly body: NodeJS.ReadableStream | null;
  text(): Promise<string>;
}

declare const undici: typeof undiciFetch;

export const fetches: readonly FetchLike[] = [globalThis.fetch, undici, nodeFetch];

// @ts-expect-error a function that takes a Request only
export const wrong: FetchLike = (request: Request) => Promise.resolve(new Response(request.body));
