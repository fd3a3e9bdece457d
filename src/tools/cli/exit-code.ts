export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3, incomplete: 4, interrupted: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** By the `code` of an error. What is not here is a failure of the server, the network or the disk. */
const byCode: Readonly<Record<string, ExitCode>> = {
  configuration: exitCodes.usage,
  'sandbox-configuration': exitCodes.usage,
  'authentication-refused': exitCodes.refused,
  'account-locked': exitCodes.refused,
  'not-subscribed': exitCodes.refused,
  incomplete: exitCodes.incomplete,
  aborted: exitCodes.interrupted,
};

/** The exit code of a run that ended in this error. */
export function exitCodeOf(error: unknown): ExitCode {
  const { code, status } = Object(error) as { code?: unknown; status?: unknown };
  const known = typeof code === 'string' ? byCode[code] : undefined;
  if (known !== undefined) return known;
  if (typeof code === 'string' && code.startsWith('commander.')) return exitCodes.usage;
  return status === 401 || status === 403 ? exitCodes.refused : exitCodes.failed;
}
