#!/usr/bin/env node
import { fstatSync, readFileSync, statSync } from 'node:fs';
import process from 'node:process';
import { isReaderGone, outputError } from '../export/index.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { runCli } from './program.ts';

const interruption = new AbortController();

/** The first time, ends the run in an orderly way; the second time, at once. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
  interruption.abort();
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of signals) process.on(signal, interrupt);

// A reader that has gone (`| head`) is noticed where rows are written. Without a listener, its error would end the
// process.
let lost: Error | undefined;
process.stdout.on('error', (error) => {
  lost ??= error;
});
process.stderr.on('error', () => undefined);

const exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stdoutClosed: isStdoutClosed(),
  stderr: process.stderr,
  signal: interruption.signal,
  now: () => new Date(),
});
for (const signal of signals) process.off(signal, interrupt);
process.exitCode = interruption.signal.aborted ? exitCode : await afterLastWrite(exitCode);
// Everything is reported and cleaned up, and there is nothing left that is worth waiting for.
if (interruption.signal.aborted) process.exit();

/** A run that ended well has still failed if its summary or its help could not be written. */
async function afterLastWrite(exitCode: ExitCode): Promise<ExitCode> {
  await new Promise((resolve) => process.stdout.write('', resolve));
  if (exitCode !== exitCodes.done || lost === undefined || isReaderGone(lost)) return exitCode;
  process.stderr.write(`error: ${outputError('Cannot write to standard output', lost).message}\n`);
  return exitCodes.failed;
}

/**
 * If standard output is closed, Node opens /dev/null instead, for reading and writing. A shell opens it for writing
 * only, which tells `> /dev/null` from `>&-`. Only Linux shows how a file was opened.
 */
function isStdoutClosed(): boolean {
  const accessMode = 0o3;
  const readAndWrite = 0o2;
  try {
    if (fstatSync(1).rdev !== statSync('/dev/null').rdev) return false;
    const [, flags = ''] = /^flags:\s*(\d+)$/m.exec(readFileSync('/proc/self/fdinfo/1', 'utf8')) ?? [];
    return (parseInt(flags, 8) & accessMode) === readAndWrite;
  } catch {
    return false;
  }
}
