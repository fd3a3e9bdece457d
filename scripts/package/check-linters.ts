import { CheckFailure, type Check } from './check.ts';
import { developmentCommand } from './development-command.ts';
import { runNode } from './run-command.ts';

/** publint: package.json says what the tarball holds. */
export const checkPublint: Check = {
  name: 'publint',
  async run({ root, tarball }) {
    const { exitCode, output } = await runNode(
      [developmentCommand('publint', 'publint'), 'run', tarball, '--strict'],
      root,
    );
    // A suggestion is a finding too, although publint exits with 0 on it.
    if (exitCode === 0 && output.endsWith('All good!')) return 'finds nothing';
    throw new CheckFailure(output, 'Each finding is explained at https://publint.dev/rules.');
  },
};

/** "Are the types wrong": every entry resolves, to types that fit its format. node10 knows no `exports`, so it is left out. */
export const checkTypeResolution: Check = {
  name: 'attw',
  async run({ root, tarball }) {
    const command = developmentCommand('@arethetypeswrong/cli', 'attw');
    const { exitCode, output } = await runNode([command, tarball, '--profile', 'node16', '--no-color'], root);
    if (exitCode === 0) return 'finds nothing (profile node16)';
    throw new CheckFailure(output, 'Mend `exports` in package.json: per condition first `types`, then `default`.');
  },
};
