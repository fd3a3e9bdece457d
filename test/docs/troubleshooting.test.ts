import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { render } from '../../src/core/errors/phrase.ts';
import { type ProblemId, remedies, signs } from '../../src/core/errors/problems.ts';
import { root } from './code-blocks.ts';

/** The rows of the catalogue, as the table has them. To mend the file, copy them from the failure. */
function expectedRows(): string[] {
  const ids = Object.keys(remedies) as ProblemId[];
  return ids.map((id) => `| \`${id}\` | ${signs[id]} | ${render(remedies[id])} |`);
}

/** The rows of the table in the file, without the spaces by which prettier aligns its columns. */
function writtenRows(): string[] {
  const text = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
  const rows = text.match(/^\| `[\w-]+` +\|.*\|$/gm) ?? [];
  return rows.map((row) => row.replaceAll(/ +\|/g, ' |'));
}

describe('the table in docs/troubleshooting.md', () => {
  it('equals the catalogue of problems', () => {
    expect(writtenRows()).toEqual(expectedRows());
  });
});
