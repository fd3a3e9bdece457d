// npm run drift: says whether the published document has changed, and what that means for users (docs/drift.md).
import { join } from 'node:path';

import { runDrift } from './drift/run-drift.ts';

process.exitCode = await runDrift(process.argv.slice(2), {
  root: join(import.meta.dirname, '..'),
  write: console.log,
  writeError: console.error,
  onGitHub: process.env.GITHUB_ACTIONS === 'true',
});
