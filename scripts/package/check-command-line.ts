import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CheckFailure, type Check } from './check.ts';
import { runNode } from './run-command.ts';

/** The command runs where only production dependencies are installed, and does its main job on the sandbox. */
export const checkCommandLine: Check = {
  name: 'command line',
  async run({ consumer }) {
    const command = join(consumer, 'node_modules/vbc-reports/dist/cli.js');
    // The sandbox holds the calls of last year, whichever year it is.
    const month = `${new Date().getUTCFullYear() - 1}-01`;
    const args = ['export', '--sandbox', '--month', month, '--out', 'calls.csv'];
    const { exitCode, output } = await runNode([command, ...args], consumer);
    if (exitCode !== 0) {
      throw new CheckFailure(
        `vbc-reports ${args.join(' ')} ended with ${exitCode}:\n${output}`,
        'A module that is missing here belongs into `noExternal` of tsup.config.ts.',
      );
    }
    const lines = (await readFile(join(consumer, 'calls.csv'), 'utf8')).trim().split('\n');
    if (lines.length > 1) return `exported ${lines.length} lines from the sandbox`;
    throw new CheckFailure('vbc-reports exported no calls from the sandbox', 'Run `npm run demo` and see.');
  },
};
