import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { readFault, type Fault } from '../../../src/core/http/read-fault.ts';
import { exampleAnswer } from './example-answer.ts';

const xml = (namespace: string, prefix: string, more = ''): string =>
  `<${prefix}:fault xmlns:${prefix}="${namespace}"><${prefix}:code>900901</${prefix}:code>` +
  `<${prefix}:message>Invalid Credentials</${prefix}:message>` +
  `<${prefix}:description>Access failure for API</${prefix}:description>${more}</${prefix}:fault>`;

describe('a fault', () => {
  it.each<[string, unknown, Fault]>([
    [
      'JSON, wrapped, with the code as a number',
      { fault: { code: 900901, message: 'Invalid Credentials', description: 'Access failure for API' } },
      { code: '900901', message: 'Invalid Credentials', description: 'Access failure for API' },
    ],
    [
      'JSON, flat, with the code as a text and nextAccessTime',
      { code: '900804', message: 'Throttled', nextAccessTime: '2026-Sep-12 20:00:00+0000 UTC' },
      { code: '900804', message: 'Throttled', nextAccessTime: '2026-Sep-12 20:00:00+0000 UTC' },
    ],
    [
      'JSON with a title alone (fact 9)',
      { title: 'Problem with provided token', status: 401 },
      { message: 'Problem with provided token' },
    ],
    ["the document's ErrorResponse with msg", { status: 500, msg: 'Internal' }, { message: 'Internal' }],
    [
      'an OAuth error (RFC 6749, 5.2)',
      { error: 'invalid_grant', error_description: '17003 User account is locked' },
      { code: 'invalid_grant', description: '17003 User account is locked' },
    ],
    [
      "the document's ValidationErrorsResponse",
      { title: 'Bad request', invalid_parameters: [{ name: 'page', reason: 'too low' }, { name: 7 }, 'nonsense'] },
      {
        message: 'Bad request',
        invalidParameters: [
          { name: 'page', reason: 'too low' },
          { name: '7', reason: '' },
        ],
      },
    ],
    [
      'XML of the security handler, prefix ams',
      xml('http://wso2.org/apimanager/security', 'ams'),
      { code: '900901', message: 'Invalid Credentials', description: 'Access failure for API' },
    ],
    [
      'XML of the throttling handler, prefix amt, after an XML declaration',
      `<?xml version="1.0"?>\n${xml('http://wso2.org/apimanager/throttling', 'amt', '<amt:nextAccessTime>2026-Sep-12 20:00:00+0000 UTC</amt:nextAccessTime>')}`,
      {
        code: '900901',
        message: 'Invalid Credentials',
        description: 'Access failure for API',
        nextAccessTime: '2026-Sep-12 20:00:00+0000 UTC',
      },
    ],
    ['XML without a prefix', '<fault><code>101503</code></fault>', { code: '101503' }],
    [
      'HTML of the edge: its title',
      '<!DOCTYPE html><html><head><title> 503 Service Unavailable </title></head></html>',
      { message: '503 Service Unavailable' },
    ],
    [
      'HTML without a doctype',
      '<html><head><title>502 Bad Gateway</title></head></html>',
      { message: '502 Bad Gateway' },
    ],
    ['an empty body', '', {}],
    ['a JSON array', '[{"code":900901}]', {}],
    ['plain text', 'upstream connect error', {}],
    ['JSON that says nothing known', { hello: 'world', code: null, fault: 'x' }, {}],
  ])('is read from %s', async (_shape, body, expected) => {
    expect(readFault(await exampleAnswer({ status: 500, body }))).toEqual(expected);
  });

  it('is read from any body without a throw, and holds texts only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
        const answer = await exampleAnswer({ status: 500, body });
        const { code, message, description, nextAccessTime } = readFault(answer);
        for (const text of [code, message, description, nextAccessTime]) {
          expect(['string', 'undefined']).toContain(typeof text);
        }
      }),
    );
  });
});
