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

describe('spec/reports.yml', () => {
  const document = parse(text('spec/reports.yml')) as Upstream;
  const republished = JSON.parse(text('test/fixtures/upstream-reports.json')) as Upstream;

  it('has the content of the republished document, less what the directory added', () => {
    const { 'x-origin': _1, 'x-providerName': _2, 'x-serviceName': _3, 'x-logo': _4, ...info } = republished.info;
    expect(document).toEqual({ ...republished, info });
  });

  it("keeps the provider's order", () => {
    expect(Object.keys(document)).toEqual(['openapi', 'info', 'servers', 'paths', 'components']);
  });

  it('is the document that spec/upstream.json names: origin, version and sha256 of the canonical JSON', () => {
    const upstream = JSON.parse(text('spec/upstream.json')) as Record<string, string>;
    const origin = (republished.info['x-origin'] as { url: string }[])[0];
    const sha256 = createHash('sha256')
      .update(canonicalize(document) ?? '')
      .digest('hex');
    expect(upstream).toEqual({ url: origin?.url, version: document.info.version, sha256 });
  });
});
