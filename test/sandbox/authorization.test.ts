import { afterAll, describe, expect, it } from '@jest/globals';

import type { Sandbox } from '../../src/sandbox.ts';

import { callLogsUrl, fetchText, logIn, sharedSandboxes, type Received } from './set-up.ts';

const { start, stop } = sharedSandboxes({ calls: 10 });
afterAll(stop);

async function readWithToken(sandbox: Sandbox, accountId = sandbox.accountId): Promise<Received> {
  const { access_token: token } = await logIn(sandbox);
  return fetchText(callLogsUrl(sandbox.baseUrl, accountId), { Authorization: `Bearer ${token}` });
}

describe('a request for call logs', () => {
  it('a request without a token gets 401 with code 900902 (fact 29)', async () => {
    const sandbox = await start();
    const { status, text } = await fetchText(callLogsUrl(sandbox.baseUrl, sandbox.accountId));
    expect([status, JSON.parse(text)]).toMatchObject([401, { fault: { code: 900_902 } }]);
  });

  it('an unknown token gets 401 with code 900901 and WWW-Authenticate (fact 29)', async () => {
    const sandbox = await start({ faultShape: 'flat' });
    const url = callLogsUrl(sandbox.baseUrl, sandbox.accountId);
    const { status, text, headers } = await fetchText(url, { Authorization: 'Bearer nonsense' });
    expect([status, JSON.parse(text)]).toMatchObject([401, { code: '900901' }]);
    expect(headers['www-authenticate']).toMatch(/invalid_token/);
  });

  it('an application without a subscription gets 403 with code 900908 (fact 29)', async () => {
    const sandbox = await start({ subscribed: false, administrator: false });
    const { status, text } = await readWithToken(sandbox);
    expect([status, JSON.parse(text)]).toMatchObject([403, { fault: { code: 900_908 } }]);
  });

  it('a user without the administrator role gets a bare 401 (fact 7)', async () => {
    const sandbox = await start({ administrator: false });
    expect(await readWithToken(sandbox)).toMatchObject({ status: 401, text: '' });
  });

  it.each(['self', '1'])('the account %s gets a bare 401 (fact 3)', async (accountId) => {
    const sandbox = await start();
    expect(await readWithToken(sandbox, accountId)).toMatchObject({ status: 401, text: '' });
  });

  it('a token older than the switch allows gets 401 "Problem with provided token" (fact 9)', async () => {
    const sandbox = await start({ reportsTokenAgeMs: 60_000 });
    const { access_token: token } = await logIn(sandbox);
    const url = callLogsUrl(sandbox.baseUrl, sandbox.accountId);
    expect((await fetchText(url, { Authorization: `Bearer ${token}` })).status).toBe(200);
    sandbox.clock.advance(60_000);
    const { status, text } = await fetchText(url, { Authorization: `Bearer ${token}` });
    expect([status, JSON.parse(text)]).toMatchObject([401, { title: 'Problem with provided token' }]);
    expect((await readWithToken(sandbox)).status).toBe(200);
  });

  it('a token is refused after the number of uses that the switch allows (fact 9)', async () => {
    const sandbox = await start({ reportsTokenUses: 2 });
    const { access_token: token } = await logIn(sandbox);
    const url = callLogsUrl(sandbox.baseUrl, sandbox.accountId);
    const statuses: number[] = [];
    for (let use = 0; use < 3; use += 1) {
      statuses.push((await fetchText(url, { Authorization: `Bearer ${token}` })).status);
    }
    expect(statuses).toEqual([200, 200, 401]);
  });

  it('a request is authorised before its query is checked (section 2)', async () => {
    const sandbox = await start();
    const { status } = await fetchText(callLogsUrl(sandbox.baseUrl, sandbox.accountId, { page: '0' }));
    expect(status).toBe(401);
  });

  it.each(['application/json, */*', '*/*'])(
    'a request with Accept %s gets its fault as XML (fact 28)',
    async (accept) => {
      const sandbox = await start();
      const { headers, text } = await fetchText(callLogsUrl(sandbox.baseUrl, sandbox.accountId), { Accept: accept });
      expect(headers['content-type']).toBe('application/xml');
      expect(text).toMatch(
        /^<ams:fault xmlns:ams="http:\/\/wso2\.org\/apimanager\/security"><ams:code>900902<\/ams:code>/,
      );
    },
  );

  it('faults come as XML always or never if the switch says so (fact 28)', async () => {
    const always = await start({ xmlFaults: 'always' });
    const never = await start({ xmlFaults: 'never' });
    const types = [];
    for (const { baseUrl, accountId } of [always, never]) {
      const { headers } = await fetchText(callLogsUrl(baseUrl, accountId), { Accept: 'application/json' });
      types.push(headers['content-type']);
    }
    expect(types).toEqual(['application/xml', 'application/json']);
  });
});
