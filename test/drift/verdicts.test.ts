import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';

import { compareDocuments, type Differences } from '../../scripts/drift/compare-documents.ts';
import { parseDocument } from '../../scripts/drift/documents/parse-document.ts';
import { largestStep } from '../../scripts/drift/semver-step.ts';
import { documentChanges, type DocumentChange, type Published } from './changes.ts';

// One run of the engine a change, about half a second each.
jest.setTimeout(120_000);

const text = readFileSync(join(import.meta.dirname, '..', '..', 'spec', 'reports.yml'), 'utf8');
const results = new Map<DocumentChange, Differences>();

function compare({ before, edit }: DocumentChange): Promise<Differences> {
  const base = parse(text) as Published;
  before?.(base);
  const head = structuredClone(base);
  edit(head);
  return compareDocuments(
    parseDocument(JSON.stringify(base), 'the older document'),
    parseDocument(JSON.stringify(head), 'the newer document'),
  );
}

beforeAll(async () => {
  const waiting = [...documentChanges];
  const work = async (): Promise<void> => {
    for (let change = waiting.pop(); change; change = waiting.pop()) results.set(change, await compare(change));
  };
  await Promise.all([work(), work()]);
});

const worst = ({ changes }: Differences) => changes[0]?.verdict ?? 'safe';

describe('the verdict on a change to the document', () => {
  it('is held by at least 40 changes, each with a name of its own', () => {
    expect(new Set(documentChanges.map(({ name }) => name)).size).toBe(documentChanges.length);
    expect(documentChanges.length).toBeGreaterThanOrEqual(40);
  });

  it.each(documentChanges)('is "$verdict", and the step "$step": $name', (change) => {
    const found = results.get(change) ?? { changes: [] };
    const steps = found.changes.map(({ step }) => step);
    expect({ verdict: worst(found as Differences), step: largestStep(steps), found }).toMatchObject({
      verdict: change.verdict,
      step: change.step,
    });
  });

  it('is never left to the fallback of a change that no rule knows', () => {
    const titles = [...results.values()].flatMap(({ changes }) => changes.map(({ title }) => title));
    expect(titles.filter((title) => title.includes('no rule yet'))).toEqual([]);
  });

  it('is shared by the second opinion but where it looks elsewhere', () => {
    const parting = [...results].filter(([, { secondOpinion }]) => secondOpinion.stricter.length > 0);
    expect(parting.map(([{ name }]) => name)).toMatchInlineSnapshot();
  });
});
