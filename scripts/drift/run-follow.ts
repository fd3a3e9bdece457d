import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import canonicalize from 'canonicalize';

import { generate } from '../generation/generate.ts';
import { CouldNotTell, isObject, parseDocument, reasonOf } from './document.ts';
import { couldNotTellExitCode, reportDrift, writeMarkdown, type Report } from './report.ts';
import type { RunOptions } from './run-drift.ts';
import { fetchDocument, git, readPackage, readPairs, readRecord } from './sources.ts';

/** Runs one of the npm scripts in `checks`; throws if it fails. */
type Check = (script: string) => Promise<unknown>;

/** The npm scripts that the regenerated code has to pass, cheapest first. */
const checks = ['types', 'lint', 'test'] as const;
/** The author of commits that a workflow makes. */
const author = ['-c', 'user.name=github-actions[bot]', '-c', 'user.email=github-actions[bot]@users.noreply.github.com'];
const paths = ['spec', 'generated', '.changeset'];

/**
 * `npm run drift:follow -- [--upstream URL] [--branch NAME] [--report FILE]`: takes over the published document: writes
 * spec/reports.yml and spec/upstream.json, regenerates, adds a changelog entry and runs the checks; on a branch of its
 * own if one is named. What fails stays in the files for somebody to repair.
 *
 * Returns 0 where nothing new was published, 3 where everything holds, 4 where somebody has to repair something, 1 where
 * it could not tell.
 */
export async function runFollow(args: readonly string[], options: RunOptions & { check?: Check }): Promise<number> {
  const { root, write, writeError, now = new Date() } = options;
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args: [...args], options: { upstream: text, branch: text, report: text } });
    const { stdout: uncommitted } = await git(root, ['status', '--porcelain', '--', ...paths]);
    if (uncommitted !== '') throw new CouldNotTell('spec/, generated/ or .changeset/ has uncommitted changes');
    const settings = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
    const runScript: Check = (script) => promisify(execFile)('npm', ['run', '--silent', script], settings);
    const followed = await follow(root, values.upstream, options.check ?? runScript, now);
    if (values.report !== undefined) await writeFile(values.report, followed.markdown);
    write(followed.markdown);
    if (followed.exitCode !== 0 && values.branch !== undefined) {
      await git(root, ['switch', '--force-create', values.branch]);
      await git(root, ['add', '--all', '--', ...paths]);
      await git(root, [...author, 'commit', '--quiet', '--message', 'feat(spec): take over the published document']);
    }
    return followed.exitCode;
  } catch (error) {
    writeError(`The published document was not taken over: ${reasonOf(error)}`);
    return couldNotTellExitCode;
  }
}

async function follow(root: string, upstream: string | undefined, check: Check, now: Date) {
  const record = await readRecord(root);
  const url = upstream ?? record.url;
  const text = await fetchDocument(url);
  const document = parseDocument(text, url);
  const sha256 = hash('sha256', canonicalize(document) ?? '');
  if (sha256 === record.sha256) return { exitCode: 0, markdown: 'Nothing new has been published.' };

  const version = typeof document.info.version === 'string' ? document.info.version : 'unknown';
  await writeFile(join(root, 'spec', 'reports.yml'), text.endsWith('\n') ? text : `${text}\n`);
  await writeFile(join(root, 'spec', 'upstream.json'), `${JSON.stringify({ ...record, version, sha256 }, null, 2)}\n`);
  const failures = await regenerate(root);
  const report = await reportDrift(root, await readPairs(root, 'HEAD', undefined), now);
  await addChangeset(root, report, sha256);
  if (failures.length === 0) failures.push(...(await failuresOf(check)));
  const state =
    failures.length === 0
      ? 'The published document has changed. It was taken over, and all checks pass.'
      : 'The published document has changed. It was taken over, and **somebody has to repair** what fails:';
  const markdown = `${[state, ...failures, writeMarkdown(report)].join('\n\n')}\n`;
  return { exitCode: failures.length === 0 ? 3 : 4, markdown };
}

/** Returns the failure, if there is one; generated/ then stays as it was. */
async function regenerate(root: string): Promise<string[]> {
  try {
    await generate({ specFolder: join(root, 'spec'), outputFolder: join(root, 'generated') });
    return [];
  } catch (error) {
    return [section('npm run generate', String(error))];
  }
}

async function failuresOf(check: Check): Promise<string[]> {
  const failures = [];
  for (const script of checks) {
    try {
      await check(script);
    } catch (error) {
      const { stdout = '', stderr = '' } = isObject(error) ? error : {};
      const output = `${String(stdout)}\n${String(stderr)}`.trim() || String(error);
      failures.push(section(`npm run ${script}`, output));
    }
  }
  return failures;
}

/** The last lines, where a test run says what failed. */
function section(command: string, output: string): string {
  const fence = '```';
  const lines = output.split('\n').slice(-60).join('\n').replaceAll(fence, "'''");
  return `### \`${command}\` fails\n\n${fence}text\n${lines}\n${fence}`;
}

async function addChangeset(root: string, { step, changes }: Report, sha256: string): Promise<void> {
  if (step === 'none') return;
  const { name } = await readPackage(root);
  const lines = changes
    .filter(({ verdict, step: own }) => verdict !== 'safe' || own === 'minor')
    .map(({ title, meaning }) => `- ${title}. ${meaning}`);
  const words = lines.length === 0 ? ['The provider has reworded the document.'] : ['The API changes:', '', ...lines];
  const text = ['---', `'${name}': ${step}`, '---', '', ...words, ''].join('\n');
  await writeFile(join(root, '.changeset', `upstream-${sha256.slice(0, 8)}.md`), text);
}
