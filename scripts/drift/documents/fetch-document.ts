import { CouldNotTell } from './could-not-tell.ts';

/** The published document is 10 KB; whatever is larger than this is something else. */
const largestBytes = 5 * 1024 * 1024;
/** For the whole answer. The check as a whole has ten seconds. */
const timeoutMs = 5_000;

export interface FetchDocumentOptions {
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  timeoutMs?: number;
}

/**
 * The text behind a URL.
 *
 * @throws CouldNotTell for anything but a 200 whose body is at most 5 MB and arrives in time. Redirects are not
 * followed: a document that has moved is for a person to look at.
 */
export async function fetchDocument(url: string, options: FetchDocumentOptions = {}): Promise<string> {
  const { fetch = globalThis.fetch } = options;
  const signal = AbortSignal.timeout(options.timeoutMs ?? timeoutMs);
  try {
    const response = await fetch(url, { redirect: 'manual', signal });
    if (response.status >= 300 && response.status < 400) {
      const target = response.headers.get('location') ?? 'nowhere';
      throw new CouldNotTell(`${url} redirects to ${target}; if the document has moved, say so in spec/upstream.json`);
    }
    if (response.status !== 200) throw new CouldNotTell(`${url} answers with status ${response.status}`);
    return await readText(response, url);
  } catch (error) {
    if (error instanceof CouldNotTell) throw error;
    throw new CouldNotTell(`${url} could not be read: ${reasonOf(error, signal)}`, { cause: error });
  }
}

async function readText(response: Response, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of (response.body as AsyncIterable<Uint8Array> | null) ?? []) {
    bytes += chunk.byteLength;
    if (bytes > largestBytes) throw new CouldNotTell(`${url} is larger than 5 MB, which no such document is`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'no answer in time';
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
