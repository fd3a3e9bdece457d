import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { brokenLinks } from '../../scripts/package/tarball.ts';
import { maintainerDocuments, root, userDocuments } from './code-blocks.ts';

/** The files of the package that a document may lead to; `npm run check:package` checks the real tarball. */
const packed = [...userDocuments(), 'docs/images/report.png', 'LICENSE', 'package.json', 'generated/openapi.json'];

/** Every heading of a document, as the anchor that GitHub and npm make of it. */
function anchorsOf(document: string): string[] {
  const headings = readFileSync(join(root, document), 'utf8').match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

function linksOf(document: string): { file: string; anchor: string }[] {
  const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```[^]*?^```/gm, '');
  return [...text.matchAll(/\]\((?!\w+:)([^)#]*)#?([^)]*)\)/g)].map(([, file = '', anchor = '']) => ({
    file: file === '' ? document : join(dirname(document), file),
    anchor,
  }));
}

describe('the links of the documentation', () => {
  it.each(userDocuments())('%s leads only to files of the package', (document) => {
    expect(brokenLinks(document, readFileSync(join(root, document), 'utf8'), packed)).toEqual([]);
  });

  it.each([...userDocuments(), ...maintainerDocuments()])('%s leads to files and headings that exist', (document) => {
    const broken = linksOf(document).filter(({ file, anchor }) => {
      if (!existsSync(join(root, file))) return true;
      return anchor !== '' && !anchorsOf(file).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});
