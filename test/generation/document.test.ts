import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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

describe('spec/reports.yml', () => {
  it('is the document that spec/upstream.json names: origin, version and sha256 of the canonical JSON', () => {
    const origin = (republished.info['x-origin'] as { url: string }[])[0];
    const sha256 = createHash('sha256')
      .update(canonicalize(document) ?? '')
      .digest('hex');
    expect(upstream).toEqual({ url: origin?.url, version: document.info.version, sha256 });
  });
});

// Once a later document has been taken over (docs/drift.md), the copy says nothing about it any more.
const describeTheCopied = upstream.sha256 === sha256OfTheCopy ? describe : describe.skip;

describeTheCopied('spec/reports.yml, as it was first published here', () => {
  it('has the content of the republished document, less what the directory added', () => {
    const { 'x-origin': _1, 'x-providerName': _2, 'x-serviceName': _3, 'x-logo': _4, ...info } = republished.info;
    expect(document).toEqual({ ...republished, info });
  });

  it("keeps the provider's order", () => {
    expect(Object.keys(document)).toEqual(['openapi', 'info', 'servers', 'paths', 'components']);
  });
});
