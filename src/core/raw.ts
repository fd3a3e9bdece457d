import createFetchClient, { removeTrailingSlash, type Client, type Middleware } from 'openapi-fetch';

import type { paths } from '../../generated/types.ts';
import { isAccountId } from './checks.ts';
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
      if (!isAccountId(params.path?.account_id)) {
        throw new ConfigurationError('The path parameter `account_id` must be an account id', {
          problem: 'wrong-account-id',
        });
      }
      // Another `fetch` would know no token and no limits, and another host must not get the token.
      if (options.fetch === fetch && options.baseUrl === removeTrailingSlash(baseUrl)) return;
      throw new ConfigurationError('A raw request takes no `fetch` and no `baseUrl` of its own');
    },
  };
  api.use(guard);
  return { GET: api.GET };
}
