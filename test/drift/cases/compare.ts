import { findDifferences } from '../../../scripts/drift/compare/documents.ts';
import { parseDocument } from '../../../scripts/drift/document.ts';
import { judge, sortChanges, type Change } from '../../../scripts/drift/judge.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DocumentChange, Published } from './changes.ts';

// The copy of one published document: the verdicts stay, whatever is published next.
const text = readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'upstream-reports.json'), 'utf8');

/** A copy of the published document. */
export const published = (): Published => JSON.parse(text) as Published;

/** The document before and after a change. */
export function statesOf({ before, edit }: DocumentChange): [Published, Published] {
  const base = published();
  before?.(base);
  const head = structuredClone(base);
  edit(head);
  return [base, head];
}

/** The changes between two documents, worst first. */
export function changesBetween(base: object, head: object): Change[] {
  const document = (state: object, name: string) => parseDocument(JSON.stringify(state), name);
  return sortChanges(findDifferences(document(base, 'the base'), document(head, 'the head')).map(judge));
}
