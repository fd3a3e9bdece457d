import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CheckFailure, type Check } from './check.ts';

/** Whoever installs the package gets openapi-fetch, the types it is written with, and nothing more. */
const expected = ['openapi-fetch', 'openapi-typescript-helpers', 'vbc-reports'];

export const checkDependencies: Check = {
  name: 'dependencies',
  async run({ consumer }) {
    const lock = JSON.parse(await readFile(join(consumer, 'package-lock.json'), 'utf8')) as { packages: object };
    const paths = Object.keys(lock.packages).filter((path) => path !== '');
    const installed = paths.map((path) => path.replace('node_modules/', '')).sort();
    if (installed.join() === expected.join()) return 'openapi-fetch and its types, nothing else';
    throw new CheckFailure(
      `an install brings ${installed.join(', ')}`,
      'Only openapi-fetch may stand in `dependencies`; what the command line needs is bundled into it (tsup.config.ts).',
    );
  },
};
