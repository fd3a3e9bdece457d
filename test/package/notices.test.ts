import { describe, expect, it } from '@jest/globals';

import { folderOfPackage, namesIn, noticesOf } from '../../scripts/package/notices.ts';

describe('the package of a module', () => {
  it.each([
    ['/a/node_modules/commander/lib/help.js', '/a/node_modules/commander'],
    ['/a/node_modules/@observablehq/plot/src/plot.js', '/a/node_modules/@observablehq/plot'],
    ['/a/node_modules/linkedom/node_modules/entities/lib/decode.js', '/a/node_modules/linkedom/node_modules/entities'],
    ['\0/a/node_modules/papaparse/papaparse.js?commonjs', '/a/node_modules/papaparse'],
    ['\0rolldown/runtime.js', 'node_modules/rolldown'],
    ['\0@oxc-project+runtime@0.127.0/helpers/usingCtx.js', 'node_modules/rolldown'],
  ])('is that of the innermost node_modules, and the bundler for its own helpers: %j', (id, folder) => {
    expect(folderOfPackage(id)).toBe(folder);
  });

  it('is not known for a module of our own', () => {
    expect(folderOfPackage('/a/src/tools/cli/main.ts')).toBeUndefined();
  });
});

describe('the notices', () => {
  it('have the name, version and licence of each package, by name', () => {
    const packages = [
      { name: 'undici', version: '7.30.2', licence: 'MIT License\n\nCopyright (c) its authors' },
      { name: '@observablehq/plot', version: '0.6.17', licence: 'ISC' },
      { name: 'entities', version: '8.1.0', licence: '' },
    ];
    const notices = noticesOf(packages);
    expect(notices).toContain('\nundici 7.30.2\n');
    expect(notices).toContain('MIT License\n\nCopyright (c) its authors\n');
    // An entry without a licence does not count.
    expect(namesIn(notices)).toEqual(['@observablehq/plot', 'undici']);
  });
});
