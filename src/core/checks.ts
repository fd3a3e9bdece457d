import { ConfigurationError, type OptionName } from './errors/index.ts';
import { option, phrase } from './errors/phrase.ts';

/** Throws a `ConfigurationError` if the option's value is invalid; it may come from JavaScript and be anything. */
export type Check = (name: OptionName, value: unknown) => void;

/** A check for each option, so that a new option without a check does not compile. */
export type Checks<Options> = Readonly<Record<keyof Options, Check>>;

/** Throws a `ConfigurationError` for the first option that is unknown or invalid. */
export function checkOptions<Options>(options: unknown, checks: Checks<Options>, prefix = ''): void {
  if (typeof options !== 'object' || options === null) throw new ConfigurationError('The options must be an object');
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) throw new ConfigurationError(`There is no option \`${prefix}${unknown}\``);
  for (const [name, check] of Object.entries<Check>(checks)) {
    check(`${prefix}${name}` as OptionName, (options as Record<string, unknown>)[name]);
  }
}

/** A check that accepts the values that `isValid` accepts, and undefined, which means that the option is left out. */
function must(be: string, isValid: (value: unknown) => boolean): Check {
  return (name, value) => {
    if (value === undefined || isValid(value)) return;
    throw new ConfigurationError(phrase`${option(name)} must be ${be}`, { option: name });
  };
}

/** An object whose own options are checked in turn. */
export function objectOf<Options>(checks: Checks<Options>): Check {
  return (name, value) => {
    aGroup(name, value);
    if (value !== undefined) checkOptions(value, checks, `${name}.`);
  };
}

const aGroup = must('an object', (value) => typeof value === 'object' && value !== null);

export const aFunction = must('a function', (value) => typeof value === 'function');

export const aBoolean = must('true or false', (value) => typeof value === 'boolean');

export const aFilter = must('a string that is not empty', (value) => typeof value === 'string' && value !== '');

/** An object with these methods, of any class. */
export function anObjectWith(...methods: readonly string[]): Check {
  const isValid = (value: unknown): boolean => methods.every((method) => typeof fieldOf(value, method) === 'function');
  return must(`an object with the methods ${methods.join(', ')}`, isValid);
}

/** Recognised by its shape, so that a polyfill's signal is accepted too. */
export const aSignal = must('an AbortSignal', (value) => typeof fieldOf(value, 'addEventListener') === 'function');

export const aUrl = must('an http(s) URL without credentials, query or fragment', (value) => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  return (
    url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === ''
  );
});

/** A valid header value: `fetch` would throw for any other, and that would look like a failed connection. */
export const aHeaderValue = must(
  'one line of ASCII',
  (value) => typeof value === 'string' && /^[\x20-\x7e]+$/.test(value),
);

export const aPositiveNumber = must('a number above 0', (value) => typeof value === 'number' && value > 0);

export const aNonNegativeNumber = must('a number from 0', (value) => typeof value === 'number' && value >= 0);

export function anInteger({ from, to }: { readonly from: number; readonly to: number }): Check {
  return must(
    `a whole number from ${from} to ${to}`,
    (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
  );
}

export function oneOf(...values: readonly string[]): Check {
  return must(values.map((value) => `"${value}"`).join(' or '), (value) => values.includes(value as string));
}

/** Digits only: a slash or `..` could lead to another path, since openapi-fetch does not escape every such value. */
export function isAccountId(value: unknown): value is string {
  return typeof value === 'string' && /^\d+$/.test(value);
}

export const anAccountId: Check = (name, value) => {
  if (isAccountId(value)) return;
  const details = { option: name, problem: 'wrong-account-id' } as const;
  throw new ConfigurationError(phrase`${option(name)} must be an account id`, details);
};

function fieldOf(value: unknown, name: string): unknown {
  return (Object(value) as Record<string, unknown>)[name];
}
