import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import type { Change } from '../../scripts/drift/change.ts';
import { compareDocuments } from '../../scripts/drift/compare-documents.ts';
import { at, isObject, namesOf, parseDocument } from '../../scripts/drift/documents/parse-document.ts';
import { largestStep } from '../../scripts/drift/semver-step.ts';
import { operationChanges, wideChanges, type DocumentChange, type Published } from './changes.ts';

// The copy of one published document: the verdicts stay, whatever is published next.
const text = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'upstream-reports.json'), 'utf8');
const callLogs = '/accounts/{account_id}/call-logs';
const allChanges = [...operationChanges, ...wideChanges];

const results = new Map<DocumentChange, Change[]>();
const stricter: string[] = [];

/** The document before and after a change. */
function states({ before, edit }: DocumentChange): [Published, Published] {
  const base = JSON.parse(text) as Published;
  before?.(base);
  const head = structuredClone(base);
  edit(head);
  return [base, head];
}

async function compare(base: Published, head: Published): Promise<Change[]> {
  const document = (state: Published) => parseDocument(JSON.stringify(state), 'a document');
  const { changes, secondOpinion } = await compareDocuments(document(base), document(head));
  stricter.push(...secondOpinion.stricter);
  return changes;
}

/** One document of many operations, one a change, each with its own copy of what it refers to. */
function combined(documents: readonly Published[]): Published {
  const operations = documents.map((document, index) => {
    const item = inlined(document.paths[callLogs], document) as Record<string, Record<string, unknown>>;
    return [pathOf(index), { get: { ...item.get, operationId: `getCallLogs${index}` } }] as const;
  });
  return { ...(JSON.parse(text) as Published), paths: Object.fromEntries(operations) as unknown as Published['paths'] };
}

const pathOf = (index: number) => `/${index}${callLogs}`;

function inlined(value: unknown, document: Published): unknown {
  if (Array.isArray(value)) return value.map((item) => inlined(item, document));
  if (!isObject(value)) return value;
  if (typeof value.$ref === 'string') return inlined(at(document, value.$ref), document);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, inlined(child, document)]));
}

async function compareOperations(): Promise<void> {
  const pairs = operationChanges.map(states);
  const changes = await compare(combined(pairs.map(([base]) => base)), combined(pairs.map(([, head]) => head)));
  for (const [index, change] of operationChanges.entries()) {
    const own = changes.filter(({ pointer }) => namesOf(pointer)[1] === pathOf(index));
    results.set(change, own);
  }
}

beforeAll(async () => {
  const waiting = [...wideChanges];
  const work = async (): Promise<void> => {
    for (let change = waiting.pop(); change; change = waiting.pop())
      results.set(change, await compare(...states(change)));
  };
  await Promise.all([compareOperations(), work(), work()]);
});

describe('the verdict on a change to the document', () => {
  it('is held by at least 40 changes, each with a name of its own', () => {
    expect(new Set(allChanges.map(({ name }) => name)).size).toBe(allChanges.length);
    expect(allChanges.length).toBeGreaterThanOrEqual(40);
  });

  it.each(allChanges)('is "$verdict", and the step "$step": $name', (change) => {
    const found = results.get(change) ?? [];
    const step = largestStep(found.map((each) => each.step));
    expect({ verdict: found[0]?.verdict ?? 'safe', step, found }).toMatchObject({
      verdict: change.verdict,
      step: change.step,
    });
  });

  it('is never left to the fallback of a change that no rule knows', () => {
    const titles = [...results.values()].flat().map(({ title }) => title);
    expect(titles.filter((title) => title.includes('no rule yet'))).toEqual([]);
  });

  it('is as strict as the second opinion, but where that counts values that a field gains, or how exact a number is', () => {
    // The account id hides behind a reference where all parameters go at once.
    const expected =
      /^added the new `\w+` enum value|changed from `number`.* to `number`.*`double`|^deleted .*`account_id`/;
    expect(stricter.filter((finding) => !expected.test(finding))).toEqual([]);
  });
});
