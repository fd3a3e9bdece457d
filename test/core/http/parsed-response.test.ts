import { describe, expect, it } from '@jest/globals';

import { parsedResponse } from '../../../src/core/http/parsed-response.ts';
import { exampleAnswer } from './example-answer.ts';

const body = { total_items: 1, name: 'Zoë 📞' };

describe('the response of an answer that has been parsed', () => {
  it('hands back the very object that was parsed, without parsing again', async () => {
    const answer = await exampleAnswer({ body });
    expect(await parsedResponse(answer).json()).toBe(answer.json);
  });

  it('has the status, headers and url of the answer', async () => {
    const answer = {
      ...(await exampleAnswer({ status: 404, headers: { 'x-request-id': '7' }, body })),
      url: 'https://a/b',
    };
    const response = parsedResponse(answer);
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.ok, response.url]).toEqual([404, false, 'https://a/b']);
    expect(response.headers.get('x-request-id')).toBe('7');
  });

  it('has a content length, so that openapi-fetch does not parse the text a second time', async () => {
    expect(parsedResponse(await exampleAnswer({ body })).headers.get('content-length')).not.toBeNull();
    expect(parsedResponse(await exampleAnswer({ body: '' })).headers.get('content-length')).toBe('0');
  });

  it('still gives the body in every other way: text, bytes, blob, stream, clone', async () => {
    const response = parsedResponse(await exampleAnswer({ body }));
    const text = JSON.stringify(body);
    expect(await response.text()).toBe(text);
    expect(new TextDecoder().decode(await response.arrayBuffer())).toBe(text);
    expect(await (await response.blob()).text()).toBe(text);
    expect(await new Response(response.body).text()).toBe(text);
    expect(await response.clone().json()).toEqual(body);
  });

  it('rejects json() where the body was no JSON, as any response does', async () => {
    const response = parsedResponse(await exampleAnswer({ status: 503, body: '<html>' }));
    await expect(response.json()).rejects.toThrow('is not valid JSON');
  });
});
