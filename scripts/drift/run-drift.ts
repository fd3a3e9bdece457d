import { parseArgs } from 'node:util';

import { CouldNotTell, reasonOf } from './document.ts';
import { couldNotTellExitCode, exitCodes, reportDrift, writeAnnotations, writeMarkdown, writeText } from './report.ts';
import { readPairs, readUpstream } from './sources.ts';

export interface RunOptions {
  /** The folder of the checkout. */
  root: string;
  write: (text: string) => void;
  /** Takes the one line that says why there is no verdict. */
  writeError: (text: string) => void;
  now?: Date;
  /** Writes GitHub's annotations too. */
  onGitHub?: boolean;
  /** The time in which the published document has to arrive, in milliseconds. Default: 5,000. */
  timeoutMs?: number;
}

const usage = `npm run drift -- [--upstream URL|FILE]
npm run drift -- --base FILE|REVISION [--head FILE|REVISION]
  --json | --markdown   instead of plain text
Exit code: 0 no drift, 3 safe, 4 breaking, 1 could not tell.`;

/** `npm run drift`: prints the report and returns the exit code. */
export async function runDrift(args: readonly string[], options: RunOptions): Promise<number> {
  const { root, write, writeError, now = new Date(), onGitHub, timeoutMs } = options;
  try {
    const { base, head, upstream, json, markdown, help } = parse(args);
    if (help === true) {
      write(usage);
      return 0;
    }
    const pairs =
      base === undefined ? [await readUpstream(root, upstream, timeoutMs)] : await readPairs(root, base, head);
    const report = await reportDrift(root, pairs, now);
    const asText = markdown === true ? writeMarkdown : writeText;
    write(json === true ? JSON.stringify(report, null, 2) : asText(report));
    if (onGitHub === true && json !== true) write(writeAnnotations(report));
    return exitCodes[report.outcome];
  } catch (error) {
    writeError(`Could not tell whether the API has changed: ${reasonOf(error)}`);
    return couldNotTellExitCode;
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { base: text, head: text, upstream: text, json: flag, markdown: flag, help: flag };
  const { values } = parseArgs({ args: [...args], options });
  if (values.upstream !== undefined && values.base !== undefined)
    throw new CouldNotTell('--upstream and --base exclude each other');
  if (values.head !== undefined && values.base === undefined) throw new CouldNotTell('--head needs --base');
  return values;
}
