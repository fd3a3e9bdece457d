import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Upstream {
  info: Record<string, unknown>;
  [key: string]: unknown;
}

/** The sha256 of the document that test/fixtures/ has a republished copy of. */
const sha256OfTheCopy = '00e0e1b82d546472c0b62e4b0ac95e96723574bf1a8f282687c6d4e18499e60d';

const document = parse(text('spec/reports.yml')) as Upstream;
const upstream = JSON.parse(text('spec/upstream.json')) as Record<string, string>;
const republished = JSON.parse(text('test/fixtures/upstream-reports.json')) as Upstream;

function sha256(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');
}

describe('spec/reports.yml', () => {
  it('is the document that spec/upstream.json names: origin, version and sha256 of the canonical JSON', () => {
    const origin = (republished.info['x-origin'] as { url: string }[])[0];
    expect(upstream).toEqual({ url: origin?.url, version: document.info.version, sha256: sha256(document) });
  });

  it('has the content of the republished document, less what the directory added, until a later one is taken over', () => {
    const { 'x-origin': _1, 'x-providerName': _2, 'x-serviceName': _3, 'x-logo': _4, ...info } = republished.info;
    const copy = { ...republished, info };
    expect(sha256(copy)).toBe(sha256OfTheCopy);
    expect(isDeepStrictEqual(document, copy)).toBe(upstream.sha256 === sha256OfTheCopy);
  });

  it("keeps the provider's order", () => {
    const order = ['openapi', 'info', 'servers', 'paths', 'components'];
    expect(Object.keys(document).filter((key) => order.includes(key))).toEqual(order);
  });
});
