/** Whether an error of the operating system has this code. */
export function isErrorWithCode(error: unknown, code: string): boolean {
  // No `instanceof`: a test runner may run this in another realm than Node's own modules.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
