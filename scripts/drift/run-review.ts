import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse as parseYaml } from 'yaml';

import { isUnaccepted } from './acceptances.ts';
import { CouldNotTell, isObject, reasonOf } from './document.ts';
import { isAtLeast, largestStep, type Step } from './judge.ts';
import { couldNotTellExitCode, reportDrift, writeAnnotations, writeMarkdown, type Report } from './report.ts';
import type { RunOptions } from './run-drift.ts';
import { git, readPackage, readPairs } from './sources.ts';

const heading = '## What changes for users of the API';

/**
 * `npm run drift:review -- --base REVISION [--comment FILE]`: compares with the commit where the branch left `base`.
 * Writes the comment for the pull request. Returns 0, or 1 for a break that nobody accepted, a missing changelog entry,
 * or where there is no verdict.
 */
export async function runReview(args: readonly string[], run: RunOptions): Promise<number> {
  const { root, write, writeError, onGitHub, now = new Date() } = run;
  let commentFile: string | undefined;
  try {
    const options = { base: { type: 'string' }, comment: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    commentFile = values.comment;
    if (values.base === undefined) throw new CouldNotTell('--base REVISION is missing');
    const base = await forkPoint(root, values.base);
    const report = await reportDrift(root, await readPairs(root, base, undefined), now);
    const { name } = await readPackage(root);
    const problems = problemsOf(report, await stepOfChangesets(root, base, name), name);
    const todo = problems.map((problem) => `- [ ] ${problem}`).join('\n');
    const comment = `${[heading, todo, writeMarkdown(report)].filter((part) => part !== '').join('\n\n')}\n`;
    if (commentFile !== undefined) await writeFile(commentFile, comment);
    write(comment);
    if (onGitHub === true) write(writeAnnotations(report));
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    const line = `Could not tell whether the API has changed: ${reasonOf(error)}`;
    if (commentFile !== undefined) await writeFile(commentFile, `${heading}\n\n${line}\n`);
    writeError(line);
    return couldNotTellExitCode;
  }
}

async function forkPoint(root: string, base: string): Promise<string> {
  try {
    return (await git(root, ['merge-base', '--', base, 'HEAD'])).stdout.trim();
  } catch (error) {
    throw new CouldNotTell(`git finds no common commit of ${base} and this branch`, { cause: error });
  }
}

function problemsOf({ changes, step }: Report, entered: Step, packageName: string): string[] {
  const breaks = changes.filter(isUnaccepted).length;
  const problems = [];
  if (breaks > 0) {
    const which = breaks === 1 ? 'One breaking change is not accepted' : `${breaks} breaking changes are not accepted`;
    problems.push(`${which}: accept it in \`spec/accepted.yml\`, with a reason and a last day, or undo it.`);
  }
  if (!isAtLeast(entered, step)) {
    const has = entered === 'none' ? 'has none' : `has one for a ${entered} step`;
    const how = `run \`npx changeset\` and choose ${step} for \`${packageName}\``;
    problems.push(`The changelog needs an entry for a **${step}** step, and this branch ${has}: ${how}.`);
  }
  return problems;
}

/** The step that the changelog entries added since `base` (a revision) ask for; `none` where there is none. */
async function stepOfChangesets(root: string, base: string, packageName: string): Promise<Step> {
  const files = await addedChangesets(root, base);
  const texts = await Promise.all(files.map((file) => readFile(join(root, file), 'utf8')));
  return largestStep(texts.map((text) => stepOfChangeset(text, packageName)));
}

/** The step of one changelog entry: `---`, a line for each package, `---`, the entry's words. */
export function stepOfChangeset(text: string, packageName: string): Step {
  const releases: unknown = parseYaml(/^---\r?\n([^]*?)\r?\n---/.exec(text)?.[1] ?? '');
  const step = isObject(releases) ? releases[packageName] : undefined;
  return step === 'major' || step === 'minor' || step === 'patch' ? step : 'none';
}

/** Committed or not. An entry that was there before belongs to another change. */
async function addedChangesets(root: string, base: string): Promise<string[]> {
  const folder = '.changeset';
  try {
    const [committed, others] = await Promise.all([
      git(root, ['diff', '--diff-filter=A', '--name-only', '-z', '--end-of-options', base, '--', folder]),
      git(root, ['ls-files', '--others', '--exclude-standard', '-z', '--', folder]),
    ]);
    const files = `${committed.stdout}${others.stdout}`.split('\0');
    return files.filter((file) => file.endsWith('.md') && !file.endsWith('/README.md'));
  } catch (error) {
    throw new CouldNotTell(`git could not compare with ${base}`, { cause: error });
  }
}
