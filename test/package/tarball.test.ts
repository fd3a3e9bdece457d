import { describe, expect, it } from '@jest/globals';

import { brokenLinks, compareFileLists, stableFileList } from '../../scripts/package/tarball.ts';

describe('the file list of the package', () => {
  it('names shared chunks without their content hash, so that it changes only when the parts of the package do', () => {
    const before = stableFileList(['dist/chunk-DQQBGYZD.js', 'dist/chunk-QVZTIIAH.js', 'dist/errors-Bx_1-dQz.d.cts']);
    const after = stableFileList(['dist/chunk-AAAA2222.js', 'dist/errors-Zy9_x-aB.d.cts']);
    expect(before).toEqual(['dist/chunk-[hash].js', 'dist/errors-[hash].d.cts']);
    expect(after).toEqual(before);
  });

  it('keeps every other name as it is, sorted', () => {
    expect(stableFileList(['package.json', 'dist/index.cjs', 'LICENSE', 'generated/openapi.json'])).toEqual([
      'LICENSE',
      'dist/index.cjs',
      'generated/openapi.json',
      'package.json',
    ]);
  });

  it('marks removed files with - and added files with +', () => {
    expect(compareFileLists(['LICENSE', 'dist/old.js'], ['LICENSE', 'dist/new.js'])).toEqual([
      '- dist/old.js',
      '+ dist/new.js',
    ]);
  });
});

describe('the links in a packed document', () => {
  const files = ['README.md', 'docs/guarantee.md', 'docs/sandbox.md', 'generated/openapi.json'];

  it('are in order where they lead to packed files, to their folders, to headings or to other sites', () => {
    const markdown =
      '[a](docs/guarantee.md#totals) [b](docs/) [c](#usage) [d](https://example.com/x.md) [e](docs/sandbox.md "title")';
    expect(brokenLinks('README.md', markdown, files)).toEqual([]);
    expect(
      brokenLinks('docs/sandbox.md', '[a](guarantee.md) [b](../README.md) [c](../generated/openapi.json)', files),
    ).toEqual([]);
  });

  it('are broken where they lead to files that only the repository has', () => {
    expect(brokenLinks('README.md', '[a](CONTRIBUTING.md) and [b](docs/development/drift.md)', files)).toEqual([
      'CONTRIBUTING.md',
      'docs/development/drift.md',
    ]);
    expect(brokenLinks('docs/sandbox.md', '[a]: ../spec/reports.yml\n', files)).toEqual(['../spec/reports.yml']);
  });

  it('are not looked for in code', () => {
    const markdown = 'call `handlers[name](event.md)`\n\n```ts\nconst x = list[0](absent.md);\n```\n';
    expect(brokenLinks('README.md', markdown, files)).toEqual([]);
  });
});
