import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Memory {
  readonly rows: number;
  /** Peak resident set of the process that reads, in megabytes. */
  readonly peakMegabytes: number;
}

/**
 * Reads the given number of rows of a sandbox in a process of their own, page by page, and asks the system for its
 * peak.
 */
export async function memoryOf(rows: number): Promise<Memory> {
  const sandbox = spawn(process.execPath, ['--import', 'tsx', script('memory-sandbox.ts'), String(rows)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [settings] = (await once(sandbox.stdout, 'data')) as [Buffer];
  try {
    const args = ['--import', 'tsx', script('memory-reader.ts'), settings.toString().trim()];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { found, peakKilobytes } = JSON.parse(stdout) as { found: number; peakKilobytes: number };
    if (found < rows * 0.9) throw new Error(`read ${found} of about ${rows} rows`);
    return { rows: found, peakMegabytes: peakKilobytes / 1000 };
  } finally {
    sandbox.stdin.end();
  }
}

function script(name: string): string {
  return join(import.meta.dirname, name);
}
