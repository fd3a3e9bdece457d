import { jsonAnswer } from '../faults/answer.ts';
import type { Answer } from '../faults/answer.ts';

/** A refusal in the shape of RFC 6749, section 5.2. */
export function oauthRefusal(
  status: number,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): Answer {
  return jsonAnswer(status, { error, error_description: description }, `refused: ${error}`, headers);
}

/** What a refused login, refresh token or code gets. */
export function invalidGrant(description: string): Answer {
  return oauthRefusal(400, 'invalid_grant', description);
}
