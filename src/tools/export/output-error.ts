import { ReportsError } from '../../core/errors/index.ts';

/** The output cannot be written: a folder that does not exist, no permission, a full disk. */
export class OutputError extends Error {
  readonly code = 'output';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OutputError';
  }
}

/** The operating system's code for the error; undefined if it does not come from there. */
export function systemErrorCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be too large',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  EBUSY: 'it is in use',
  ENOENT: 'the folder does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
};

/** An `OutputError` that says what cannot be done, and the reason in words if the operating system's code is known. */
export function outputError(what: string, error: unknown): OutputError {
  const code = systemErrorCode(error);
  const reason = reasons[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return new OutputError(`${what}: ${reason}${code === undefined ? '' : ` (${code})`}.`, error);
}

/** Runs the action, and turns an error of the operating system into an `OutputError` that says what cannot be done. */
export async function orOutputError<Result>(what: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof OutputError || error instanceof ReportsError ? error : outputError(what, error);
  }
}
