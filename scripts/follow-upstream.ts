// npm run drift:follow: takes over the published document, regenerates, and says what to repair (docs/drift.md).
import { join } from 'node:path';

import { runFollow } from './drift/run-follow.ts';

process.exitCode = await runFollow(process.argv.slice(2), {
  root: join(import.meta.dirname, '..'),
  write: console.log,
  writeError: console.error,
});
