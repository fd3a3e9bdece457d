import type { SandboxCredentials } from '../sandbox-options.ts';
import type { SandboxSwitches } from '../switches.ts';

/** Whether a token request names the right client, as HTTP Basic or as form fields (fact 2). */
export function isKnownClient(
  authorization: string | undefined,
  form: URLSearchParams,
  { clientId, clientSecret }: SandboxCredentials,
  accepted: SandboxSwitches['clientAuthentication'],
): boolean {
  const isRight = (id: string | null, secret: string | null): boolean => id === clientId && secret === clientSecret;
  const isRightForm = isRight(form.get('client_id'), form.get('client_secret'));
  const basic = authorization === undefined ? undefined : parseBasic(authorization);
  const isRightBasic = basic !== undefined && isRight(basic.id, basic.secret);
  return (accepted !== 'basic' && isRightForm) || (accepted !== 'form' && isRightBasic);
}

/** Both halves are form-encoded before they are joined (RFC 6749, 2.3.1); clients that don't are understood as well. */
function parseBasic(authorization: string): { id: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { id: formDecode(id), secret: formDecode(rest.join(':')) };
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
