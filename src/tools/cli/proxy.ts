import type { FetchLike } from '../../index.ts';
import { usageError } from './failure.ts';
import type { Environment } from './terminal/reporter.ts';

/** A `fetch` through the proxy of the environment. */
export interface ProxyFetch {
  readonly fetch: FetchLike;
  /** Closes the connections to the proxy. */
  close(): Promise<void>;
}

/**
 * Returns a `fetch` that honours `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (in lower case, too, which counts first), or
 * undefined if no proxy is set: Node 20's own `fetch` ignores these variables. The proxy's code is loaded only when it
 * is needed.
 *
 * @throws ConfigurationError a variable is not an http(s) URL; its value may hold a password and is not shown
 */
export async function createProxyFetch(env: Environment): Promise<ProxyFetch | undefined> {
  const httpProxy = readProxyUrl(env, 'HTTP_PROXY');
  const httpsProxy = readProxyUrl(env, 'HTTPS_PROXY');
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? '';
  // An unset variable is passed as an empty string, so that the agent does not read the environment of the process.
  const agent = new EnvHttpProxyAgent({
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? httpProxy ?? '',
    noProxy,
  });
  // The agent needs the `fetch` of its own release.
  const send: FetchLike = (url, init) => fetch(url, { ...init, dispatcher: agent }).catch(asProxyResponse);
  return { fetch: send, close: () => agent.close() };
}

/** A proxy's refusal of a connection is an error for undici; its status tells the user what to do. */
function asProxyResponse(error: unknown): Response {
  const status = Number(/Proxy response \((\d{3})\)/.exec(messagesOf(error))?.[1] ?? NaN);
  if (status === 407) return new Response('', { status });
  if (Number.isNaN(status)) throw error;
  // Errors show the code of what went wrong with a connection.
  throw Object.assign(new Error('The proxy refused the connection'), { code: `PROXY_RESPONSE_${status}` });
}

/** The messages of an error and of its causes. */
function messagesOf(error: unknown): string {
  const messages: string[] = [];
  let each = error;
  for (let depth = 0; each !== undefined && depth < deepestCause; depth += 1) {
    const { message, cause } = Object(each) as { message?: unknown; cause?: unknown };
    if (typeof message === 'string') messages.push(message);
    each = cause;
  }
  return messages.join('\n');
}

/** The deepest cause that is read: a chain of causes may be circular. */
const deepestCause = 10;

function readProxyUrl(env: Environment, name: string): string | undefined {
  const lowerCase = name.toLowerCase();
  const set = env[lowerCase] ? lowerCase : name;
  const value = (env[set] ?? '').trim();
  if (value === '') return undefined;
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  throw usageError(`${set} must be an http(s) URL`, `Write it like ${set}=http://proxy.example.com:8080.`);
}
