// npm run drift: says whether the published document has changed, and what that means for users (docs/drift.md).
// npm run drift:review: says what a branch changes for users of the API, and what it lacks.
// npm run drift:follow: takes over the published document, regenerates, and says what to repair.
import { join } from 'node:path';

import { runDrift } from './drift/run-drift.ts';
import { runFollow } from './drift/run-follow.ts';
import { runReview } from './drift/run-review.ts';

const [command, ...args] = process.argv.slice(2);
const run = { compare: runDrift, review: runReview, follow: runFollow }[command ?? ''];
if (run === undefined) throw new Error(`there is no drift command ${command ?? ''}`);

process.exitCode = await run(args, {
  root: join(import.meta.dirname, '..'),
  write: console.log,
  writeError: console.error,
  onGitHub: process.env.GITHUB_ACTIONS === 'true',
});
