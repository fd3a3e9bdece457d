#!/usr/bin/env node
import process from 'node:process';
import { exitCodes } from './failure.ts';
import { runCli } from './program.ts';

const interruption = new AbortController();

/** The first time, ends the run in an orderly way; the second time, at once. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  interruption.abort();
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of signals) process.on(signal, interrupt);

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
for (const signal of signals) process.off(signal, interrupt);
// All is said and tidied up; what is still under way has been waited for as long as makes sense.
if (interruption.signal.aborted) process.exit();
