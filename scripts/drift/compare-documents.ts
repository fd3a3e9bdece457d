import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import canonicalize from 'canonicalize';

import { redocly } from '../redocly.ts';
import type { Change, RawChange } from './change.ts';
import { CouldNotTell } from './documents/could-not-tell.ts';
import { normaliseDocument } from './documents/normalise-document.ts';
import type { Document } from './documents/parse-document.ts';
import { judge } from './judge.ts';
import { ownChanges } from './own-changes.ts';
import { askForSecondOpinion, type SecondOpinion } from './second-opinion.ts';

const rulesFile = join(import.meta.dirname, '..', '..', 'redocly.yaml');
const timeoutMs = 8_000;
const order = { breaking: 0, notable: 1, safe: 2 } as const;

export interface Differences {
  /** Worst first, each once. */
  changes: Change[];
  secondOpinion: SecondOpinion;
}

/**
 * Every difference between two documents, with its verdict.
 *
 * @throws CouldNotTell where the engine gives no answer.
 */
export async function compareDocuments(older: Document, newer: Document): Promise<Differences> {
  const [base, head] = [normaliseDocument(older), normaliseDocument(newer)];
  const folder = await mkdtemp(join(tmpdir(), 'vbc-reports-drift-'));
  try {
    const files = { base: join(folder, 'base.json'), head: join(folder, 'head.json') };
    await Promise.all([writeFile(files.base, JSON.stringify(base)), writeFile(files.head, JSON.stringify(head))]);
    // Also for the same content in another order: the order of the fields is the order of the columns.
    const [raw, ask] = await Promise.all([
      canonicalize(base) === canonicalize(head) ? [] : engineChanges(files),
      askForSecondOpinion(files),
    ]);
    const judged = raw.map((change) => judge(change, base, head));
    const changes = unique([...judged, ...ownChanges(base, head)]);
    return { changes, secondOpinion: ask(changes) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function engineChanges(files: { base: string; head: string }): Promise<RawChange[]> {
  const args = ['diff', files.base, files.head, '--format', 'json', '--fail-on', 'none', '--config', rulesFile];
  try {
    const { changes } = JSON.parse(await redocly(args, timeoutMs)) as { changes?: RawChange[] };
    if (Array.isArray(changes)) return changes;
    throw new Error('its answer holds no changes');
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? lastLine(String(error.stderr)) : String(error);
    throw new CouldNotTell(`the documents could not be compared: ${said}`, { cause: error });
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** One change each, worst first: a shared component is reported wherever it is used. */
export function unique(changes: readonly Change[]): Change[] {
  const byFingerprint = new Map<string, Change>();
  for (const change of changes) {
    const known = byFingerprint.get(change.fingerprint);
    if (!known || order[change.verdict] < order[known.verdict]) byFingerprint.set(change.fingerprint, change);
  }
  return [...byFingerprint.values()].sort((a, b) => order[a.verdict] - order[b.verdict]);
}
