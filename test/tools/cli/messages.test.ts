import { describe, expect, it } from '@jest/globals';
import { remedies } from '../../../src/core/errors/problems.ts';
import { inHint } from '../../../src/tools/cli/failure.ts';
import { run } from './run.ts';

// What the command line prints is an interface to people. These tables put it side by side, so that a change is read.

describe('the messages of the command line', () => {
  it('name flags and variables in every remedy, never an option of the library', () => {
    const table = Object.entries(remedies).map(([problem, remedy]) => `${problem}: ${inHint(remedy)}`);
    expect(table.join('\n')).toMatchSnapshot();
  });

  it.each([
    '--help',
    'export --help',
    'sync --help',
    'worker --help',
    'status --help',
    'report --help',
    'doctor --help',
    'sandbox --help',
  ])('are in help: %s', async (line) => {
    expect((await run(line.split(' '))).stdout).toMatchSnapshot();
  });
});
