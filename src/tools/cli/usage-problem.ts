import { usageError } from './usage-error.ts';

const notAProblem = new Set(['commander.helpDisplayed', 'commander.version']);
const secretFlag = /'--(password|client-secret|access-token|token|secret)\b/;

/**
 * What was wrong with the arguments of a command, undefined if it is none of ours, as an error of ours; undefined if
 * help or the version was asked for and printed.
 */
export function usageProblem(
  error: { readonly code: string; readonly message: string },
  command: string | undefined,
): Error | undefined {
  if (notAProblem.has(error.code)) return undefined;
  const help = `See vbc-reports ${command === undefined ? '' : `${command} `}--help.`;
  if (error.code === 'commander.help') return usageError('No command is given', help);
  const summary = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  if (secretFlag.test(summary)) {
    const hint = 'Set VBC_CLIENT_SECRET, VBC_PASSWORD or VBC_ACCESS_TOKEN, and change a secret that others could see.';
    return usageError('Secrets are no flags, because a list of processes shows them', hint);
  }
  return usageError(summary, help);
}
