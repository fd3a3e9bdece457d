import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { isUnaccepted } from './acceptances.ts';
import type { Step } from './change.ts';
import { stepOfChangesets } from './changesets.ts';
import { CouldNotTell } from './documents/could-not-tell.ts';
import { git, readPair } from './documents/read-documents.ts';
import { reportDrift } from './report-drift.ts';
import type { Report } from './reports/report.ts';
import { writeAnnotations } from './reports/write-annotations.ts';
import { writeMarkdown } from './reports/write-markdown.ts';
import type { RunOptions } from './run-drift.ts';
import { isAtLeast } from './semver-step.ts';

/**
 * `npm run drift:review -- --base REVISION [--comment FILE]`: whether a branch may be merged, as far as the API is
 * concerned. Compares with where the branch left `base`. Writes the comment for the pull request, and returns 0, or 1
 * for a break that nobody accepted, a missing changelog entry, or no verdict.
 */
export async function runReview(args: readonly string[], options: RunOptions): Promise<number> {
  const { root, write, writeError, onGitHub } = options;
  let commentFile: string | undefined;
  try {
    const values = parse(args);
    commentFile = values.comment;
    const base = await forkPoint(root, values.base);
    const report = await reportDrift(root, await readPair(root, base, undefined), options.now ?? new Date());
    const { name } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { name: string };
    const problems = problemsOf(report, await stepOfChangesets(root, base, name), name);
    const comment = commentOf(report, problems);
    if (commentFile !== undefined) await writeFile(commentFile, comment);
    write(comment);
    if (onGitHub === true) write(writeAnnotations(report));
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const line = `Could not tell whether the API has changed: ${reason}`;
    if (commentFile !== undefined) await writeFile(commentFile, `${heading}\n\n${line}\n`);
    writeError(line);
    return 1;
  }
}

const heading = '## What changes for users of the API';

function parse(args: readonly string[]): { base: string; comment: string | undefined } {
  const options = { base: { type: 'string' }, comment: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.base === undefined) throw new CouldNotTell('--base REVISION is missing');
  return { base: values.base, comment: values.comment };
}

async function forkPoint(root: string, base: string): Promise<string> {
  try {
    const { stdout } = await git(root, ['merge-base', '--', base, 'HEAD']);
    return stdout.trim();
  } catch (error) {
    throw new CouldNotTell(`git finds no commit that ${base} and this branch share`, { cause: error });
  }
}

function problemsOf({ changes, step }: Report, entered: Step, packageName: string): string[] {
  const breaks = changes.filter(isUnaccepted).length;
  const problems = [];
  if (breaks > 0) {
    const which = breaks === 1 ? 'One change breaks' : `${breaks} changes break`;
    const how = 'accept each in `spec/accepted.yml`, with a reason and a last day, or take it back';
    problems.push(`${which} what users have: ${how}.`);
  }
  if (!isAtLeast(entered, step)) {
    const has = entered === 'none' ? 'has none' : `asks for a ${entered} step`;
    const how = `run \`npx changeset\` and choose ${step} for \`${packageName}\``;
    problems.push(`The changelog needs an entry for a **${step}** step, and this branch ${has}: ${how}.`);
  }
  return problems;
}

function commentOf(report: Report, problems: readonly string[]): string {
  const todo = problems.map((problem) => `- [ ] ${problem}`).join('\n');
  const parts = [heading, todo, writeMarkdown(report)].filter((part) => part !== '');
  return `${parts.join('\n\n')}\n`;
}
