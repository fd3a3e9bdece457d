import createFetchClient, { removeTrailingSlash, type Client, type Middleware } from 'openapi-fetch';

import type { paths } from '../../generated/types.ts';
import { requireAccountId } from './checks.ts';
import { ConfigurationError } from './errors/index.ts';
import { createRawFetch, type RawFetchDependencies } from './http/raw-fetch.ts';

export interface RawDependencies extends RawFetchDependencies {
  readonly baseUrl: string;
}

/** The generated contract as openapi-fetch offers it. */
export type Raw = Pick<Client<paths>, 'GET'>;

/** The document's operations over the client's path. */
export function createRaw({ baseUrl, ...dependencies }: RawDependencies): Raw {
  const fetch = createRawFetch(dependencies);
  const api = createFetchClient<paths>({ baseUrl, fetch });
  const guard: Middleware = {
    onRequest({ params, options }) {
      requireAccountId('account_id', params.path?.account_id);
      // Another `fetch` would know no token and no limits, and another host must not get the token.
      if (options.fetch === fetch && options.baseUrl === removeTrailingSlash(baseUrl)) return;
      throw new ConfigurationError('A raw request takes no `fetch` and no `baseUrl` of its own');
    },
  };
  api.use(guard);
  return { GET: api.GET };
}
