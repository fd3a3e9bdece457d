import { describe, expect, it } from '@jest/globals';

import { startSandbox } from '../../src/sandbox.ts';
import type { Sandbox, SandboxSwitches } from '../../src/sandbox.ts';

import { callLogsUrl, fetchText, logIn } from './set-up.ts';
import type { Received } from './set-up.ts';

const start = (switches: Partial<SandboxSwitches> = {}): Promise<Sandbox> => startSandbox({ calls: 10, switches });

async function readWithToken(sandbox: Sandbox, accountId = sandbox.accountId): Promise<Received> {
  const { access_token: token } = await logIn(sandbox);
  return fetchText(callLogsUrl(sandbox.baseUrl, accountId), { Authorization: `Bearer ${token}` });
}

describe('a request for call logs', () => {
  it('without a token gets 401, code 900902 (fact 29)', async () => {
    await using sandbox = await start();
    const { status, text } = await fetchText(callLogsUrl(sandbox.baseUrl, sandbox.accountId));
    expect([status, JSON.parse(text)]).toMatchObject([401, { fault: { code: 900_902 } }]);
  });

  it('with an unknown token gets 401, code 900901, with WWW-Authenticate (fact 29)', async () => {
    await using sandbox = await start({ faultShape: 'flat' });
    const url = callLogsUrl(sandbox.baseUrl, sandbox.accountId);
    const { status, text, headers } = await fetchText(url, { Authorization: 'Bearer nonsense' });
    expect([status, JSON.parse(text)]).toMatchObject([401, { code: '900901' }]);
    expect(headers['www-authenticate']).toMatch(/invalid_token/);
  });

  it('of an application that is not subscribed gets 403, code 900908 (fact 29)', async () => {
    await using sandbox = await start({ subscribed: false, administrator: false });
    const { status, text } = await readWithToken(sandbox);
    expect([status, JSON.parse(text)]).toMatchObject([403, { fault: { code: 900_908 } }]);
  });

  it('of a user without the administrator role gets a bare 401 (fact 7)', async () => {
    await using sandbox = await start({ administrator: false });
    expect(await readWithToken(sandbox)).toMatchObject({ status: 401, text: '' });
  });

  it.each(['self', '1'])('for the account %s gets a bare 401 (fact 3)', async (accountId) => {
    await using sandbox = await start();
    expect(await readWithToken(sandbox, accountId)).toMatchObject({ status: 401, text: '' });
  });

  it('is refused with "Problem with provided token" once the token is older than Reports likes (fact 9)', async () => {
    await using sandbox = await start({ reportsTokenAgeMs: 60_000 });
    const { access_token: token } = await logIn(sandbox);
    const url = callLogsUrl(sandbox.baseUrl, sandbox.accountId);
    expect((await fetchText(url, { Authorization: `Bearer ${token}` })).status).toBe(200);
    sandbox.clock.advance(60_000);
    const { status, text } = await fetchText(url, { Authorization: `Bearer ${token}` });
    expect([status, JSON.parse(text)]).toMatchObject([401, { title: 'Problem with provided token' }]);
    expect((await readWithToken(sandbox)).status).toBe(200);
  });

  it('is refused after as many uses of a token as the switch says (fact 9)', async () => {
    await using sandbox = await start({ reportsTokenUses: 2 });
    const { access_token: token } = await logIn(sandbox);
    const url = callLogsUrl(sandbox.baseUrl, sandbox.accountId);
    const statuses: number[] = [];
    for (let use = 0; use < 3; use += 1) {
      statuses.push((await fetchText(url, { Authorization: `Bearer ${token}` })).status);
    }
    expect(statuses).toEqual([200, 200, 401]);
  });

  it('is authorised before its query is checked (section 2)', async () => {
    await using sandbox = await start();
    const { status } = await fetchText(callLogsUrl(sandbox.baseUrl, sandbox.accountId, { page: '0' }));
    expect(status).toBe(401);
  });

  it.each(['application/json, */*', '*/*'])('with Accept %s gets its fault as XML (fact 28)', async (accept) => {
    await using sandbox = await start();
    const { headers, text } = await fetchText(callLogsUrl(sandbox.baseUrl, sandbox.accountId), { Accept: accept });
    expect(headers['content-type']).toBe('application/xml');
    expect(text).toMatch(
      /^<ams:fault xmlns:ams="http:\/\/wso2\.org\/apimanager\/security"><ams:code>900902<\/ams:code>/,
    );
  });

  it('gets XML always or never where the switch says so (fact 28)', async () => {
    await using always = await start({ xmlFaults: 'always' });
    await using never = await start({ xmlFaults: 'never' });
    const types = [];
    for (const { baseUrl, accountId } of [always, never]) {
      const { headers } = await fetchText(callLogsUrl(baseUrl, accountId), { Accept: 'application/json' });
      types.push(headers['content-type']);
    }
    expect(types).toEqual(['application/xml', 'application/json']);
  });
});
