import type { FetchLike } from '../../core/http/attempt.ts';
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
  // Set to nothing where they are not set, so that the agent does not look into the environment of the process.
  const agent = new EnvHttpProxyAgent({
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? httpProxy ?? '',
    noProxy,
  });
  // The agent needs the `fetch` of its own release.
  return { fetch: (url, init) => fetch(url, { ...init, dispatcher: agent }), close: () => agent.close() };
}

/** The name of the variable that sends requests to this URL through a proxy, for errors. */
export function proxyVariable(env: Environment): string | undefined {
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find((name) => env[name]);
}

function readProxyUrl(env: Environment, name: string): string | undefined {
  const lowerCase = name.toLowerCase();
  const value = (env[lowerCase] || env[name] || '').trim();
  if (value === '') return undefined;
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  const set = env[lowerCase] ? lowerCase : name;
  throw usageError(`${set} must be an http(s) URL`, `Write it like ${set}=http://proxy.example.com:8080.`);
}
