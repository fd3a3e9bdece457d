import { parseArgs } from 'node:util';

import { CouldNotTell } from './documents/could-not-tell.ts';
import { readPair, readUpstream, type Comparison } from './documents/read-documents.ts';
import { reportDrift } from './report-drift.ts';
import { couldNotTellExitCode, exitCodes, type Report } from './reports/report.ts';
import { writeAnnotations } from './reports/write-annotations.ts';
import { writeMarkdown } from './reports/write-markdown.ts';
import { writeText } from './reports/write-text.ts';

export interface RunOptions {
  /** The checkout. */
  root: string;
  write: (text: string) => void;
  /** For the one line that says why there is no verdict. */
  writeError: (text: string) => void;
  now?: Date;
  /** Which GitHub's runners set to `true`: then annotations are written, too. */
  onGitHub?: boolean;
  timeoutMs?: number;
}

const help = `npm run drift -- [--upstream URL|FILE]
npm run drift -- --base FILE|REVISION [--head FILE|REVISION]
  --json | --markdown   instead of text
Exit code: 0 no drift, 3 safe, 4 breaking, 1 could not tell.`;

/** `npm run drift`: prints the report and returns the exit code. */
export async function runDrift(args: readonly string[], options: RunOptions): Promise<number> {
  try {
    const values = parse(args);
    if (values.help === true) {
      options.write(help);
      return 0;
    }
    const report = await reportDrift(options.root, await comparisonsOf(values, options), options.now ?? new Date());
    options.write(format(report, values));
    if (options.onGitHub === true && values.json !== true) options.write(writeAnnotations(report));
    return exitCodes[report.outcome];
  } catch (error) {
    options.writeError(`Could not tell whether the API has changed: ${messageOf(error)}`);
    return couldNotTellExitCode;
  }
}

interface Values {
  base?: string;
  head?: string;
  upstream?: string;
  json?: boolean;
  markdown?: boolean;
  help?: boolean;
}

function parse(args: readonly string[]): Values {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { base: text, head: text, upstream: text, json: flag, markdown: flag, help: flag };
  const { values } = parseArgs({ args: [...args], options });
  if (values.upstream !== undefined && values.base !== undefined)
    throw new CouldNotTell('--upstream or --base, not both');
  if (values.head !== undefined && values.base === undefined) throw new CouldNotTell('--head needs --base');
  return values;
}

async function comparisonsOf(values: Values, { root, timeoutMs }: RunOptions): Promise<Comparison[]> {
  if (values.base !== undefined) return readPair(root, values.base, values.head);
  return [await readUpstream(root, values.upstream, timeoutMs === undefined ? {} : { timeoutMs })];
}

function format(report: Report, { json, markdown }: Values): string {
  if (json === true) return JSON.stringify(report, null, 2);
  return markdown === true ? writeMarkdown(report) : writeText(report);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
