import { emptyAnswer } from '../faults/answer.ts';
import type { Answer } from '../faults/answer.ts';
import { gatewayAnswer } from '../faults/gateway-fault.ts';
import { invalidToken, tokenProblem } from '../faults/spoil.ts';
import type { SandboxSettings } from '../sandbox-options.ts';
import type { SandboxSwitches } from '../switches.ts';

import type { AccessToken, TokenStore } from './token-store.ts';

export interface ReportsRequest {
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  readonly accountId: string;
  /** Milliseconds of the sandbox's clock. */
  readonly now: number;
}

const missingToken = {
  status: 401,
  code: 900_902,
  message: 'Missing Credentials',
  description: 'Required OAuth credentials not provided',
  headers: { 'WWW-Authenticate': 'OAuth2 realm="WSO2 API Manager"' },
} as const;

const notSubscribed = {
  status: 403,
  code: 900_908,
  message: 'Resource forbidden',
  description: 'User is NOT authorized to access the Resource. API Subscription validation failed.',
} as const;

/**
 * Lets a request for call logs through (`undefined`) or answers it, in the live order: no header, unknown or expired
 * token, no subscription, wrong scope, grant, role or account, a token that Reports no longer takes (facts 3, 4, 6, 7,
 * 9 and 29).
 */
export function authorizeRequest(
  request: ReportsRequest,
  settings: SandboxSettings,
  store: TokenStore,
): Answer | undefined {
  const { switches, accountId } = settings;
  const bearer = /^Bearer +(\S+)$/i.exec(request.authorization ?? '')?.[1];
  if (bearer === undefined) return gatewayAnswer(missingToken, request.accept, switches);
  const token = store.find(bearer);
  if (token === undefined || token.expiresAt <= request.now) {
    return gatewayAnswer(invalidToken, request.accept, switches);
  }
  if (!switches.subscribed) return gatewayAnswer(notSubscribed, request.accept, switches);
  const isAllowed = token.user !== undefined && token.scope === 'openid' && switches.administrator;
  if (!isAllowed || request.accountId !== accountId) return emptyAnswer(401, 'refused: bare 401');
  token.uses += 1;
  return isWornOut(token, request.now, switches) ? tokenProblem() : undefined;
}

/** Reports refuses a token earlier than the gateway does: by age, or after some uses (fact 9). */
function isWornOut({ mintedAt, uses }: AccessToken, now: number, switches: SandboxSwitches): boolean {
  const { reportsTokenAgeMs, reportsTokenUses } = switches;
  const isOld = reportsTokenAgeMs > 0 && now - mintedAt >= reportsTokenAgeMs;
  return isOld || (reportsTokenUses > 0 && uses > reportsTokenUses);
}
