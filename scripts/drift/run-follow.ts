import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';

import { CouldNotTell } from './documents/could-not-tell.ts';
import { git } from './documents/read-documents.ts';
import { followUpstream, type FollowOptions } from './follow-upstream.ts';
import { couldNotTellExitCode } from './reports/report.ts';
import type { RunOptions } from './run-drift.ts';

const exitCodes = { same: 0, done: 3, 'needs a hand': 4 } as const;

/** The author of commits that nobody wrote. */
const author = ['-c', 'user.name=github-actions[bot]', '-c', 'user.email=github-actions[bot]@users.noreply.github.com'];
const paths = ['spec', 'generated', '.changeset'];

/**
 * `npm run drift:follow -- [--upstream URL] [--branch NAME] [--report FILE]`: takes over the published document, on a
 * branch of its own if one is named. Returns 0 where nothing was published anew, 3 where everything holds, 4 where it
 * needs a hand, 1 where it could not tell.
 */
export async function runFollow(
  args: readonly string[],
  options: RunOptions & { check?: FollowOptions['check'] },
): Promise<number> {
  const { root, write, writeError, now = new Date() } = options;
  try {
    const { upstream, branch, report } = parse(args);
    await refuseUncommitted(root);
    const check = options.check ?? ((script) => runScript(root, script));
    const { state, markdown } = await followUpstream({ root, upstream, check, now });
    if (report !== undefined) await writeFile(report, markdown);
    write(markdown);
    if (state !== 'same' && branch !== undefined) await commit(root, branch);
    return exitCodes[state];
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    writeError(`The published document was not taken over: ${reason}`);
    return couldNotTellExitCode;
  }
}

function parse(args: readonly string[]): { upstream?: string; branch?: string; report?: string } {
  const text = { type: 'string' } as const;
  return parseArgs({ args: [...args], options: { upstream: text, branch: text, report: text } }).values;
}

async function refuseUncommitted(root: string): Promise<void> {
  const { stdout } = await git(root, ['status', '--porcelain', '--', ...paths]);
  if (stdout !== '') throw new CouldNotTell('there is something uncommitted in spec/, generated/ or .changeset/');
}

async function runScript(root: string, script: string): Promise<string> {
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', script], options);
  return stdout;
}

async function commit(root: string, branch: string): Promise<void> {
  await git(root, ['switch', '--force-create', branch]);
  await git(root, ['add', '--all', '--', ...paths]);
  await git(root, [...author, 'commit', '--quiet', '--message', 'feat(spec): take over the published document']);
}
