import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';

import { changesBetween } from './cases/compare.ts';

interface History {
  name: string;
  before: object;
  after: object;
  report: string[];
}

const text = readFileSync(join(import.meta.dirname, 'cases', 'histories.yml'), 'utf8');
const histories = parseAllDocuments(text).map((document) => document.toJS() as History);

describe('a report on several edits at once', () => {
  it('is written down for at least fifteen documents', () => {
    expect(histories.length).toBeGreaterThanOrEqual(15);
  });

  it.each(histories)('names each edit once, in its place, and nothing else: $name', ({ before, after, report }) => {
    expect(changesBetween(before, after).map(({ verdict, title }) => `${verdict}: ${title}`)).toEqual(report);
  });

  it.each(histories)('gives each edit a fingerprint of its own: $name', ({ before, after, report }) => {
    const fingerprints = changesBetween(before, after).map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(report.length);
  });
});
