import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { credentials, errorOf, granted, oauthError, setUp, stall, type Respond } from './set-up.ts';

const secrets = [credentials.clientSecret, credentials.password, 'token-1', 'refresh-1', '17325550100'];

/** All that a log could hold of a value. */
function shown(value: unknown): string {
  const options = { depth: 12, showHidden: true, getters: true } as const;
  return `${inspect(value, options)} ${JSON.stringify(value)} ${String(value)}`;
}

const echoing = JSON.stringify({ ...credentials, phone: '+17325550100' });

const failures: [string, Respond][] = [
  ['a refused login that repeats the credentials', () => oauthError(400, 'invalid_grant', `bad: ${echoing}`)],
  ['a locked user', () => oauthError(400, 'invalid_grant', `17003 locked ${credentials.password} 17325550100`)],
  ['a wrong client', () => oauthError(401, 'invalid_client', `secret ${credentials.clientSecret} is wrong`)],
  ['a server that repeats them in its code', () => oauthError(400, `bad ${credentials.password}`)],
  ['a server that repeats them in form encoding', () => oauthError(400, 'invalid_grant', encodeURIComponent(echoing))],
  ['a server that repeats them in HTML', () => new Response(`<html><title>${echoing}</title>`, { status: 500 })],
  ['a good status without a token', () => Response.json({ message: echoing, refresh_token: 'refresh-1' })],
  ['a token that cannot be sent', () => granted(1, { access_token: 'token-1 with blanks' })],
  [
    'a fetch that hangs its request on the error',
    () => Promise.reject(Object.assign(new TypeError('fetch failed'), { body: echoing })),
  ],
];

describe('nothing printed shows a secret', () => {
  it.each(failures)('after %s', async (_what, respond) => {
    const { authoriser, authorise, warnings, tokens } = setUp({ respond });
    const first = await errorOf(authorise());
    const later = await errorOf(authorise());
    const text = [first, later, authoriser, warnings, tokens].map(shown).join('\n');
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('after a timeout', async () => {
    const { authorise, timeOut } = setUp({ respond: stall });
    const failed = errorOf(authorise());
    await timeOut(1);
    const text = shown(await failed);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('of a client that holds a token', async () => {
    const { authoriser, authorise, tokens } = setUp();
    await authorise();
    const text = shown([authoriser, tokens]);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
