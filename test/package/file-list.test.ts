import { describe, expect, it } from '@jest/globals';

import { compareFileLists, stableFileList } from '../../scripts/package/file-list.ts';

describe('the file list of the package', () => {
  it('names shared chunks without their content hash, so that it changes only with the make-up of the package', () => {
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

  it('marks what left with - and what came with +', () => {
    expect(compareFileLists(['LICENSE', 'dist/old.js'], ['LICENSE', 'dist/new.js'])).toEqual([
      '- dist/old.js',
      '+ dist/new.js',
    ]);
  });
});
