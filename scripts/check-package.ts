// npm run check:package: packs the package, installs it elsewhere and uses it as its users would.
// `-- --update-files` writes scripts/package/files.txt anew.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkCommandLine } from './package/check-command-line.ts';
import { checkDependencies } from './package/check-dependencies.ts';
import { checkFiles } from './package/check-files.ts';
import { checkPublint, checkTypeResolution } from './package/check-linters.ts';
import { checkCommonJs, checkEsm, checkJest } from './package/check-programs.ts';
import { checkSize } from './package/check-size.ts';
import { checkTypes } from './package/check-types.ts';
import { packAndInstall } from './package/pack-and-install.ts';
import { runChecks } from './package/run-checks.ts';

const root = join(import.meta.dirname, '..');
const checks = [
  checkFiles({ update: process.argv.includes('--update-files') }),
  checkDependencies,
  checkPublint,
  checkTypeResolution,
  checkSize,
  checkEsm,
  checkCommonJs,
  checkJest,
  checkTypes,
  checkCommandLine,
];

// The real path: the temporary folder is a link on macOS, and jest compares paths as text.
const workFolder = await realpath(await mkdtemp(join(tmpdir(), 'vbc-reports-package-')));
try {
  const subject = await packAndInstall(root, workFolder);
  const failures = await runChecks(checks, subject, console.log);
  if (failures > 0) process.exitCode = 1;
} catch (error) {
  console.error(`There is no package to check: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await rm(workFolder, { recursive: true, force: true });
}
