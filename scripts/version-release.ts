// npm run release:version: takes the waiting changelog entries into CHANGELOG.md and the version (CONTRIBUTING.md).
import { join } from 'node:path';

import { runIn } from './release/run-command.ts';
import { runVersion } from './release/run-version.ts';

const root = join(import.meta.dirname, '..');
console.log(`Version ${await runVersion(root, runIn(root))}`);
