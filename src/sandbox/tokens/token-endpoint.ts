import type { Answer } from '../faults/answer.ts';
import type { SandboxSettings } from '../sandbox-options.ts';

import { isKnownClient } from './client-authentication.ts';
import { authorizationCodeGrant, clientCredentialsGrant, passwordGrant, refreshGrant } from './grants.ts';
import type { Grant } from './grants.ts';
import { oauthRefusal } from './oauth-refusal.ts';
import type { TokenStore } from './token-store.ts';

export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
  /** Milliseconds of the sandbox's clock. */
  readonly now: number;
}

/** The token endpoint: the client is checked first (fact 12), then the grant (fact 4). */
export function createTokenEndpoint(settings: SandboxSettings, store: TokenStore): (request: TokenRequest) => Answer {
  const { credentials, switches } = settings;
  const grants = new Map<string | null, Grant>([
    ['password', passwordGrant(settings, store)],
    ['refresh_token', refreshGrant(settings, store)],
    ['authorization_code', authorizationCodeGrant(settings, store)],
    ['client_credentials', clientCredentialsGrant(store)],
  ]);
  return ({ authorization, form, now }) => {
    if (!isKnownClient(authorization, form, credentials, switches.clientAuthentication)) {
      const challenge = { 'WWW-Authenticate': 'Basic realm="token"' };
      return oauthRefusal(401, 'invalid_client', 'Client Authentication failed.', challenge);
    }
    const type = form.get('grant_type');
    const answer = grants.get(type)?.(form, now);
    if (answer === undefined) return oauthRefusal(400, 'unsupported_grant_type', 'Unsupported grant_type value');
    return { ...answer, outcome: `${answer.outcome} (${type ?? ''})` };
  };
}
