// npm run drift:review: may this branch be merged, as far as the API is concerned? (docs/drift.md)
import { join } from 'node:path';

import { runReview } from './drift/run-review.ts';

process.exitCode = await runReview(process.argv.slice(2), {
  root: join(import.meta.dirname, '..'),
  write: console.log,
  writeError: console.error,
  onGitHub: process.env.GITHUB_ACTIONS === 'true',
});
