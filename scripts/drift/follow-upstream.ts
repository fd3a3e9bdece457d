import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import canonicalize from 'canonicalize';

import { generate } from '../generation/generate.ts';
import { CouldNotTell } from './documents/could-not-tell.ts';
import { fetchDocument } from './documents/fetch-document.ts';
import { isObject, parseDocument, type Document } from './documents/parse-document.ts';
import { readPair } from './documents/read-documents.ts';
import { reportDrift } from './report-drift.ts';
import type { Report } from './reports/report.ts';
import { writeMarkdown } from './reports/write-markdown.ts';

export interface FollowOptions {
  /** The checkout, with nothing uncommitted in spec/ and generated/. */
  root: string;
  /** Where the document is published; by default what spec/upstream.json says. */
  upstream?: string | undefined;
  /** Runs one of the npm scripts below and returns what it printed, or throws. */
  check: (script: string) => Promise<string>;
  now?: Date;
}

/** What has to hold of the regenerated code, cheapest first. */
export const checks = ['types', 'lint', 'test'] as const;

export interface Followed {
  /** `same`: nothing was published anew. `done`: everything holds. `needs a hand`: `markdown` says what fails. */
  state: 'same' | 'done' | 'needs a hand';
  markdown: string;
}

/**
 * Takes over the published document: writes spec/reports.yml and spec/upstream.json, regenerates, adds a changelog
 * entry and runs the checks. What fails stays in the files, for somebody to go on from.
 *
 * @throws CouldNotTell where there is no document to take over.
 */
export async function followUpstream({ root, upstream, check, now = new Date() }: FollowOptions): Promise<Followed> {
  const recorded = JSON.parse(await readFile(join(root, 'spec', 'upstream.json'), 'utf8')) as Record<string, string>;
  const url = upstream ?? recorded.url;
  if (url === undefined) throw new CouldNotTell('spec/upstream.json names no url');
  const text = await fetchDocument(url);
  const document = parseDocument(text, url);
  const sha256 = createHash('sha256')
    .update(canonicalize(document) ?? '')
    .digest('hex');
  if (sha256 === recorded.sha256) return { state: 'same', markdown: 'Nothing has been published anew.' };

  await takeOver(root, text, { ...recorded, version: versionOf(document), sha256 });
  const failures = await regenerate(root);
  const report = await reportDrift(root, await readPair(root, 'HEAD', undefined), now);
  await addChangeset(root, report, sha256);
  if (failures.length === 0) failures.push(...(await failuresOf(check)));
  return { state: failures.length === 0 ? 'done' : 'needs a hand', markdown: markdownOf(report, failures) };
}

function versionOf({ info }: Document): string {
  return typeof info.version === 'string' ? info.version : 'unknown';
}

async function takeOver(root: string, text: string, upstream: object): Promise<void> {
  await writeFile(join(root, 'spec', 'reports.yml'), text.endsWith('\n') ? text : `${text}\n`);
  await writeFile(join(root, 'spec', 'upstream.json'), `${JSON.stringify(upstream, null, 2)}\n`);
}

/** What went wrong; generated/ stays as it was if anything did. */
async function regenerate(root: string): Promise<string[]> {
  try {
    await generate({ specFolder: join(root, 'spec'), outputFolder: join(root, 'generated') });
    return [];
  } catch (error) {
    return [section('npm run generate', String(error))];
  }
}

async function failuresOf(check: FollowOptions['check']): Promise<string[]> {
  const failures = [];
  for (const script of checks) {
    try {
      await check(script);
    } catch (error) {
      failures.push(section(`npm run ${script}`, outputOf(error)));
    }
  }
  return failures;
}

function outputOf(error: unknown): string {
  const { stdout = '', stderr = '' } = isObject(error) ? error : {};
  return `${String(stdout)}\n${String(stderr)}`.trim() || String(error);
}

/** The end of it: that is where a test run says what failed. */
function section(command: string, output: string): string {
  const lines = output.split('\n').slice(-60).join('\n');
  return `### \`${command}\` fails\n\n${fence}text\n${lines.replaceAll('```', "'''")}\n${fence}`;
}

const fence = '```';

async function addChangeset(root: string, { step, changes }: Report, sha256: string): Promise<void> {
  if (step === 'none') return;
  const { name } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { name: string };
  const lines = changes
    .filter(({ verdict, step: own }) => verdict !== 'safe' || own === 'minor')
    .map(({ title, meaning }) => `- ${title}. ${meaning}`);
  const words =
    lines.length === 0 ? ['The provider describes the API in other words.'] : ['The API changes:', '', ...lines];
  const text = ['---', `'${name}': ${step}`, '---', '', ...words, ''].join('\n');
  await writeFile(join(root, '.changeset', `upstream-${sha256.slice(0, 8)}.md`), text);
}

function markdownOf(report: Report, failures: readonly string[]): string {
  const state =
    failures.length === 0
      ? 'The published document has changed. It was taken over, and everything holds.'
      : 'The published document has changed. It was taken over, and **needs a hand** before it can be merged:';
  return `${[state, ...failures, writeMarkdown(report)].join('\n\n')}\n`;
}
