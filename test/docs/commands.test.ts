import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { run } from '../tools/cli/run.ts';
import { maintainerDocuments, root, userDocuments } from './code-blocks.ts';

interface DocumentedCommand {
  /** Such as `docs/export.md: export --month --out`. */
  readonly name: string;
  readonly command: string;
  readonly flags: readonly string[];
}

const invocation = /(?:vbc-reports|\$cli)\s+(export|sync|worker|status|report|doctor|sandbox)\b((?:\\\n|[^\n|`;#])*)/g;

/** Every use of the command line in the documents, in a code block or within a sentence. */
function documentedCommands(): DocumentedCommand[] {
  return [...userDocuments(), ...maintainerDocuments()].flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8');
    return [...text.matchAll(invocation)].map(([, command = '', rest = '']) => {
      const flags = rest.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [];
      return { name: `${document}: ${[command, ...flags].join(' ')}`, command, flags };
    });
  });
}

const commands = documentedCommands();

async function flagsOf(command: string): Promise<string[]> {
  const { stdout } = await run([command, '--help']);
  return stdout.match(/--[a-z][a-z-]*/g) ?? [];
}

describe('the commands of the documentation', () => {
  it('are recognised in the documents', () => {
    expect(commands.filter(({ flags }) => flags.length > 1).length).toBeGreaterThan(10);
  });

  it.each(commands)('$name has only flags that exist', async ({ command, flags }) => {
    const known = await flagsOf(command);
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});
