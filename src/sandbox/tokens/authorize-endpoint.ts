import { emptyAnswer, jsonAnswer } from '../faults/answer.ts';
import type { Answer } from '../faults/answer.ts';
import type { SandboxSettings } from '../sandbox-options.ts';

import { grantedScope } from './grants.ts';
import type { TokenStore } from './token-store.ts';

/** The start of the authorization code grant: consents at once and sends the browser back with a code (fact 4). */
export function createAuthorizeEndpoint(
  { credentials }: SandboxSettings,
  store: TokenStore,
): (query: URLSearchParams, now: number) => Answer {
  return (query, now) => {
    const redirectUri = query.get('redirect_uri');
    const isKnown = query.get('client_id') === credentials.clientId && query.get('response_type') === 'code';
    if (!isKnown || redirectUri === null || !URL.canParse(redirectUri)) {
      return jsonAnswer(400, { error: 'invalid_request' }, 'refused: invalid_request');
    }
    const scope = grantedScope(query.get('scope'));
    const target = new URL(redirectUri);
    target.searchParams.set('code', store.mintCode(redirectUri, scope, now));
    const state = query.get('state');
    if (state !== null) target.searchParams.set('state', state);
    return { ...emptyAnswer(302, 'code'), headers: { Location: target.href } };
  };
}
