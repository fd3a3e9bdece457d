import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { render } from '../../src/core/errors/phrase.ts';
import { remedies } from '../../src/core/errors/problems.ts';
import { root } from './code-blocks.ts';

/** The problems and remedies of the catalogue. To mend the file, copy them from the failure. */
function expectedRows(): string[] {
  return Object.entries(remedies).map(([id, remedy]) => `| \`${id}\` | … | ${render(remedy)} |`);
}

/** The rows of the table in the file, each with a sign, which only the file has. */
function writtenRows(): string[] {
  const text = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
  return [...text.matchAll(/^(\| `[\w-]+` \|) [^|]{5,} \| (.*\|)$/gm)].map(
    ([, id = '', remedy = '']) => `${id} … | ${remedy}`,
  );
}

describe('the table in docs/troubleshooting.md', () => {
  it('has each problem of the catalogue, with its sign and the same remedy', () => {
    expect(writtenRows()).toEqual(expectedRows());
  });
});
