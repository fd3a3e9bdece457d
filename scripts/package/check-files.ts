import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { CheckFailure, type Check, type PackageUnderTest } from './check.ts';
import { compareFileLists, stableFileList } from './file-list.ts';

/** The tarball holds the files that `scripts/package/files.txt` lists, no more and no fewer. */
export function checkFiles({ update }: { update: boolean }): Check {
  return {
    name: 'files',
    async run(subject) {
      const now = await packedFiles(subject);
      const listFile = join(subject.root, 'scripts/package/files.txt');
      if (update) await writeFile(listFile, `${now.join('\n')}\n`);
      const committed = (await readFile(listFile, 'utf8')).trim().split('\n');
      const differences = compareFileLists(committed, now);
      if (differences.length === 0) return `${now.length} as scripts/package/files.txt lists`;
      throw new CheckFailure(
        `the tarball is not as scripts/package/files.txt lists:\n${differences.join('\n')}`,
        'If this is meant, run `npm run check:package -- --update-files` and commit the list.',
      );
    },
  };
}

async function packedFiles({ consumer }: PackageUnderTest): Promise<string[]> {
  const folder = join(consumer, 'node_modules/vbc-reports');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return stableFileList(files.map((entry) => relative(folder, join(entry.parentPath, entry.name))));
}
