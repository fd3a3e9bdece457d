// npm run drift:review: says what a branch changes for users of the API, and what it lacks (docs/drift.md).
import { join } from 'node:path';

import { runReview } from './drift/run-review.ts';

process.exitCode = await runReview(process.argv.slice(2), {
  root: join(import.meta.dirname, '..'),
  write: console.log,
  writeError: console.error,
  onGitHub: process.env.GITHUB_ACTIONS === 'true',
});
