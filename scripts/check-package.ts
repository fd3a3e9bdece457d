// npm run check:package: packs the package, installs it elsewhere and uses it as its users would.
// `-- --update-files` updates scripts/package/files.txt.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runChecks } from './package/check.ts';
import { checkCommandLine, checkCommonJs, checkDrivers, checkEsm, checkJest, checkTypes } from './package/programs.ts';
import { checkBun, checkDeno, checkWorkers } from './package/runtimes.ts';
import { checkSize } from './package/size.ts';
import {
  checkDependencies,
  checkFiles,
  checkLinks,
  checkNotices,
  checkPublint,
  checkTypeResolution,
  packAndInstall,
} from './package/tarball.ts';

const root = join(import.meta.dirname, '..');
const checks = [
  checkFiles({ update: process.argv.includes('--update-files') }),
  checkLinks,
  checkNotices,
  checkDependencies,
  checkPublint,
  checkTypeResolution,
  checkSize,
  checkEsm,
  checkCommonJs,
  checkJest,
  checkTypes,
  checkDeno,
  checkBun,
  checkWorkers,
  checkCommandLine,
  checkDrivers,
];

// The real path: the temporary folder is a link on macOS, and jest compares paths as strings.
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
