import { usageError } from './usage-error.ts';

const notAProblem = new Set(['commander.helpDisplayed', 'commander.version']);
const secretFlag = /'--(password|client-secret|access-token|token|secret)\b/;

/** What was wrong with the arguments, as an error of ours; undefined if help or the version was asked for and printed. */
export function usageProblem(error: { readonly code: string; readonly message: string }): Error | undefined {
  if (notAProblem.has(error.code)) return undefined;
  if (error.code === 'commander.help') return usageError('No command is given', 'See vbc-reports --help.');
  const summary = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  if (secretFlag.test(summary)) {
    const hint = 'Set VBC_CLIENT_SECRET, VBC_PASSWORD or VBC_ACCESS_TOKEN, and change a secret that others could see.';
    return usageError('Secrets are no flags, because a list of processes shows them', hint);
  }
  return usageError(summary, 'See vbc-reports --help.');
}
