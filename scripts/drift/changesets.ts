import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

import type { Step } from './change.ts';
import { CouldNotTell } from './documents/could-not-tell.ts';
import { git } from './documents/read-documents.ts';
import { isObject } from './documents/parse-document.ts';
import { largestStep } from './semver-step.ts';

const folder = '.changeset';
const steps: readonly unknown[] = ['none', 'patch', 'minor', 'major'] satisfies Step[];

/** The step that the changelog entries added since `base` (a revision) ask for; `none` where there is none. */
export async function stepOfChangesets(root: string, base: string, packageName: string): Promise<Step> {
  const files = await addedChangesets(root, base);
  const texts = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')));
  return largestStep(texts.map((text) => stepOfChangeset(text, packageName)));
}

/** The step of one entry: `---`, a line a package, `---`, the words for the changelog. */
export function stepOfChangeset(text: string, packageName: string): Step {
  const head = /^---\r?\n([^]*?)\r?\n---/.exec(text)?.[1] ?? '';
  const releases: unknown = parse(head);
  const step = isObject(releases) ? releases[packageName] : undefined;
  return isStep(step) ? step : 'none';
}

function isStep(value: unknown): value is Step {
  return steps.includes(value);
}

/** Committed or not. An entry that was there before belongs to another change. */
async function addedChangesets(root: string, base: string): Promise<string[]> {
  const kinds = ['--diff-filter=A', '--name-only', '-z'];
  try {
    const [committed, others] = await Promise.all([
      git(root, ['diff', ...kinds, '--end-of-options', base, '--', folder]),
      git(root, ['ls-files', '--others', '--exclude-standard', '-z', '--', folder]),
    ]);
    const files = `${committed.stdout}${others.stdout}`.split('\0');
    return files.filter((file) => file.endsWith('.md') && !file.endsWith('/README.md'));
  } catch (error) {
    throw new CouldNotTell(`git could not compare with ${base}`, { cause: error });
  }
}
