#!/usr/bin/env node
import process from 'node:process';
import { exitCodes } from './exit-code.ts';
import { runCli } from './run-cli.ts';

const interruption = new AbortController();

/** The first time, ends the run in an orderly way; the second time, at once. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  interruption.abort();
}

process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

// A reader that has gone (`| head`) is noticed where rows are written; unheard, its error would end the process.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
  now: () => new Date(),
});
process.off('SIGINT', interrupt);
process.off('SIGTERM', interrupt);
// All is said and tidied up; a login that is still under way belongs to all who wait for it, and is not aborted.
if (interruption.signal.aborted) process.exit();
