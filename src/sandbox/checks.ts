/**
 * Invalid input to the sandbox: an unknown profile or switch, a value out of range, a port in use. The message is one
 * line.
 */
export class SandboxConfigurationError extends Error {
  /** Tells this error from others. */
  readonly code = 'sandbox-configuration';
  /** The name of the class, also after a minifier has renamed it. */
  override readonly name = 'SandboxConfigurationError';
}

/**
 * Returns `undefined` for a valid value; otherwise the rule, as the end of a sentence that begins with the value's
 * name.
 */
export type Check = (value: unknown) => string | undefined;

/** Throws a SandboxConfigurationError such as `port must be a whole number from 0 to 65535, not -1.` */
export function check(name: string, value: unknown, rule: Check): void {
  const problem = rule(value);
  if (problem !== undefined) throw new SandboxConfigurationError(`${name} ${problem}, not ${JSON.stringify(value)}.`);
}

/** Accepts the choices. */
export const oneOf = (...choices: readonly unknown[]): Check => {
  return (value) => (choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`);
};

/** Accepts whole numbers in a range, both ends included. */
export const wholeNumber = (least: number, most = Infinity): Check => {
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  return (value) => {
    const isValid = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
    return isValid ? undefined : `must be a whole number ${range}`;
  };
};

/** Accepts finite numbers from 0. */
export const zeroOrMore: Check = (value) => {
  return typeof value === 'number' && value >= 0 && value < Infinity ? undefined : 'must be a number from 0';
};

/** Accepts numbers from 0 to 1. */
export const share: Check = (value) => {
  return typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'must be a number from 0 to 1';
};

/** Accepts an object whose keys are among the names and whose values are shares. */
export const sharesOf = (noun: string, names: readonly string[]): Check => {
  return (value) => {
    if (typeof value !== 'object' || value === null) return `must be an object of ${noun}s and their shares`;
    const entries: [string, unknown][] = Object.entries(value);
    const unknown = entries.find(([name]) => !names.includes(name));
    if (unknown !== undefined) return `must not name the unknown ${noun} "${unknown[0]}"`;
    return entries.map(([, part]) => share(part)).find((problem) => problem !== undefined);
  };
};

/** Accepts an array of the names. */
export const listOf = (names: readonly string[]): Check => {
  return (value) => {
    const isValid = Array.isArray(value) && value.every((name) => names.includes(name as string));
    return isValid ? undefined : `must be an array of ${names.join(', ')}`;
  };
};

/** Accepts the name of an IANA time zone. */
export const timeZone: Check = (value) => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: String(value) });
    return undefined;
  } catch {
    return 'must be an IANA time zone, such as America/New_York';
  }
};
