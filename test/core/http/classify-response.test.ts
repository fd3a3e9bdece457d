import { describe, expect, it } from '@jest/globals';

import { InvalidParametersError, type ReportsErrorCode } from '../../../src/core/errors/index.ts';
import { classifyResponse, type FailedResponse } from '../../../src/core/http/classify-response.ts';
import { exampleResponse, requestName, type ExampleResponse } from './example-response.ts';

const now = Date.UTC(2026, 8, 12, 20);
const page = { page: 1, total_items: 0 };

async function classified(answer: ExampleResponse): Promise<FailedResponse | undefined> {
  return classifyResponse(await exampleResponse(answer), { name: requestName, now });
}

async function failureOf(answer: ExampleResponse): Promise<FailedResponse> {
  const failure = await classified(answer);
  if (!failure) throw new Error('nothing was found wrong with the answer');
  return failure;
}

type Fate = 'retried' | 'final';

describe('a response under 200', () => {
  it('with a JSON object is good', async () => {
    expect(await classified({ body: page })).toBeUndefined();
  });

  it('with a page that happens to have a field "code" is good', async () => {
    expect(await classified({ body: { ...page, code: 1 } })).toBeUndefined();
  });

  it.each<[string, number | string, ReportsErrorCode, Fate]>([
    ['invalid token', 900901, 'authentication-refused', 'final'],
    ['missing token', '900902', 'authentication-refused', 'final'],
    ['not subscribed', 900908, 'not-subscribed', 'final'],
    ['scope', 900910, 'authentication-refused', 'final'],
    ['throttled', 900802, 'rate-limited', 'retried'],
    ['throttled', '900804', 'rate-limited', 'retried'],
    ['general error', 900900, 'server', 'retried'],
    ['backend', 101503, 'server', 'retried'],
    ['an unknown code', 123456, 'unexpected-response', 'final'],
  ])('with a fault (%s, %s) is the error %s, and %s (fact 29)', async (_what, code, expected, fate) => {
    for (const body of [{ fault: { code, message: 'No' } }, { code, message: 'No' }]) {
      const { error } = await failureOf({ body });
      expect(error).toMatchObject({ code: expected, status: 200, faultCode: String(code) });
      expect(error.retryRefusal === undefined).toBe(fate === 'retried');
    }
  });

  it('with a fault as XML means the status of its code', async () => {
    const body = '<amt:fault xmlns:amt="x"><amt:code>900800</amt:code></amt:fault>';
    const { status, error } = await failureOf({ body });
    expect([status, error.code, error.retryRefusal]).toEqual([429, 'rate-limited', undefined]);
  });

  it.each([
    ['nothing', ''],
    ['JSON that is cut short', '{"total_items": 3, "_embedded": {"call_lo'],
    ['an array', '[]'],
    ['plain text', 'Welcome'],
    ['a bare null', 'null'],
  ])('with %s is malformed, and retried', async (_what, body) => {
    const { error } = await failureOf({ body });
    expect(error.code).toBe('malformed-response');
    expect(error.retryRefusal).toBeUndefined();
  });
});

describe('a web page instead of the API', () => {
  const body = '<!DOCTYPE html>\n<html><title>Sign in</title></html>';

  it.each([
    [200, 'unexpected-response'],
    [404, 'not-found'],
  ])('under %i is final, and says to check the base URL', async (status, code) => {
    const { error } = await failureOf({ status, body });
    expect(error).toMatchObject({
      code,
      status,
      problem: 'not-the-api',
      option: 'baseUrl',
      retryRefusal: 'not-retryable',
    });
    expect(error.message).toContain('a web page: "Sign in"');
    expect(error.message).toContain('Check `baseUrl`');
  });

  it.each([502, 503, 504])('under %i is a failure of the edge, and retried (fact 31)', async (status) => {
    expect((await failureOf({ status, body })).error).toMatchObject({ code: 'server', status });
    expect((await failureOf({ status, body })).error.retryRefusal).toBeUndefined();
  });
});

describe('an error response', () => {
  it.each<[number, ReportsErrorCode, Fate]>([
    [301, 'unexpected-response', 'final'],
    [302, 'unexpected-response', 'final'],
    [307, 'unexpected-response', 'final'],
    [400, 'invalid-parameters', 'final'],
    [401, 'authentication-refused', 'final'],
    [403, 'authentication-refused', 'final'],
    [404, 'not-found', 'final'],
    [405, 'unexpected-response', 'final'],
    [408, 'server', 'retried'],
    [409, 'unexpected-response', 'final'],
    [415, 'unexpected-response', 'final'],
    [418, 'unexpected-response', 'final'],
    [425, 'server', 'retried'],
    [429, 'rate-limited', 'retried'],
    [500, 'server', 'retried'],
    [502, 'server', 'retried'],
    [503, 'server', 'retried'],
    [504, 'server', 'retried'],
    [599, 'server', 'retried'],
  ])('with %i and an empty body is the error %s, and %s', async (status, code, fate) => {
    const { error } = await failureOf({ status });
    expect(error).toMatchObject({ code, status, request: requestName });
    expect(error.retryRefusal === undefined).toBe(fate === 'retried');
  });

  it.each<[number[], number, ReportsErrorCode]>([
    [[900901, 900902, 900905, 900907, 900909, 900911], 401, 'authentication-refused'],
    [[900906, 900910], 403, 'authentication-refused'],
    [[900908], 403, 'not-subscribed'],
    [[900800, 900802, 900803, 900804, 900805, 900806, 900807], 429, 'rate-limited'],
    [[900900], 500, 'server'],
    [[700700, 900801, 101500, 101503, 101504, 101505], 503, 'server'],
  ])('with one of the fault codes %j means %i, whatever its own status (fact 29)', async (codes, stands, code) => {
    for (const faultCode of codes) {
      for (const status of [stands, 500]) {
        const failure = await failureOf({ status, body: { fault: { code: faultCode, message: 'No' } } });
        expect(failure).toMatchObject({ status: stands, error: { code, status, faultCode: String(faultCode) } });
      }
    }
  });

  it('with 400 names each parameter and the reason', async () => {
    const body = {
      title: 'Bad request',
      invalid_parameters: [
        { name: 'start:gte', reason: 'must look like yyyy-MM-dd HH:mm:ss' },
        { name: 'from', reason: 'is no number: +17325550100' },
      ],
    };
    const { error } = await failureOf({ status: 400, body });
    expect(error).toBeInstanceOf(InvalidParametersError);
    expect(error).toMatchObject({
      invalidParameters: [
        { name: 'start:gte', reason: 'must look like yyyy-MM-dd HH:mm:ss' },
        { name: 'from', reason: 'is no number: [number]' },
      ],
    });
    expect(error.message).toContain('start:gte: must look like');
  });

  it('with 429 carries the wait, from the header or the fault', async () => {
    expect((await failureOf({ status: 429, headers: { 'retry-after': '9' } })).error.retryAfterMs).toBe(9000);
    const body = { code: '900804', nextAccessTime: '2026-Sep-12 20:00:30+0000 UTC' };
    expect((await failureOf({ status: 429, body })).error.retryAfterMs).toBe(30_000);
  });

  it.each(['x-request-id', 'activityid', 'x-correlation-id', 'cf-ray'])('keeps the id in %s', async (header) => {
    expect((await failureOf({ status: 500, headers: { [header]: 'id-1' } })).error.requestId).toBe('id-1');
  });

  it('says what to do: subscribe, check the base URL, try again later', async () => {
    const notSubscribed = await failureOf({ status: 403, body: { fault: { code: 900908 } } });
    expect(notSubscribed.error.message).toContain('Subscribe the application');
    expect((await failureOf({ status: 404 })).error.message).toContain('Check `baseUrl`');
    expect((await failureOf({ status: 302 })).error.message).toContain('Redirects are not followed');
    expect((await failureOf({ status: 429 })).error.message).toContain('Try again later');
  });
});

describe('what an error keeps of an answer', () => {
  const megabytes = 'many words, '.repeat(200_000);

  it.each<[string, ExampleResponse]>([
    ['a text under 200', { body: megabytes }],
    ['a text under 500', { status: 500, body: megabytes }],
    ['a message', { status: 500, body: { fault: { code: 1, message: megabytes } } }],
    ['a code', { status: 500, body: { code: megabytes } }],
    ['an XML code', { status: 500, body: `<f><code>${'9'.repeat(499)}</code></f>` }],
    ['a reason', { status: 400, body: { invalid_parameters: [{ name: 'page', reason: megabytes }] } }],
    ['a name', { status: 400, body: { invalid_parameters: [{ name: megabytes, reason: 'no' }] } }],
    [
      'many parameters',
      { status: 400, body: { invalid_parameters: Array.from({ length: 5000 }, () => ({ name: 'p', reason: 'r' })) } },
    ],
    ['a request id', { status: 500, headers: { 'x-request-id': 'i'.repeat(5000) } }],
  ])('stays short, however long %s is', async (_what, answer) => {
    const { error } = await failureOf(answer);
    expect(error.message.length).toBeLessThan(1000);
    expect(JSON.stringify(error).length).toBeLessThan(2000);
  });

  it('shows no token that the server repeats, in the message or any field', async () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0LXNlY3JldC1zZWNyZXQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
    const answers: ExampleResponse[] = [
      { status: 401, body: { fault: { code: 900901, message: `Bearer ${token} is unknown` } } },
      { status: 500, body: `unknown token ${token}` },
      { status: 500, body: { code: token } },
      { status: 400, body: { invalid_parameters: [{ name: token, reason: token }] } },
    ];
    for (const answer of answers) {
      const { error } = await failureOf(answer);
      expect(error.message + JSON.stringify(error)).not.toMatch(/c2VjcmV0|c2lnbmF0/);
    }
  });
});
