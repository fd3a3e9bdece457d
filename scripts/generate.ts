// npm run generate: spec/ → generated/
import { join } from 'node:path';

import { generate } from './generation/generate.ts';

const root = join(import.meta.dirname, '..');

await generate({ specFolder: join(root, 'spec'), outputFolder: join(root, 'generated') });
