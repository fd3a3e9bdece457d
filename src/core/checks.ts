import { ConfigurationError } from './errors/index.ts';

// Checks of options that may come from JavaScript; an option left out is fine.

/** An object without members that nobody knows: a misspelt option would silently not count. */
export function requireMembers(name: string, value: unknown, known: readonly string[]): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) throw new ConfigurationError(`"${name}" must be an object`);
  const unknown = Object.keys(value).find((member) => !known.includes(member));
  if (unknown !== undefined) throw new ConfigurationError(`There is no option "${name}.${unknown}"`);
}

export function requireFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new ConfigurationError(`"${name}" must be a function`);
}

/** An object with these methods, of whatever class. */
export function requireMethods(name: string, value: unknown, methods: readonly string[]): void {
  if (value === undefined) return;
  const object = Object(value) as Record<string, unknown>;
  if (methods.every((method) => typeof object[method] === 'function')) return;
  throw new ConfigurationError(`"${name}" must have the methods ${methods.join(', ')}`);
}

export function requireSignal(name: string, value: unknown): void {
  // By its shape: a polyfill's is as good.
  if (value === undefined || typeof (Object(value) as Record<string, unknown>).addEventListener === 'function') return;
  throw new ConfigurationError(`"${name}" must be an AbortSignal`);
}

export function requireUrl(name: string, value: unknown): void {
  if (value === undefined) return;
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (
    url &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password === '' &&
    url.search === '' &&
    url.hash === ''
  )
    return;
  throw new ConfigurationError(`"${name}" is no http(s) URL without credentials, query and fragment`);
}

export function requireNumber(name: string, value: unknown, { above }: { above: number }): void {
  if (value === undefined) return;
  if (typeof value === 'number' && value > above) return;
  throw new ConfigurationError(`"${name}" must be a number${above < 0 ? ' from 0' : ` above ${above}`}`);
}

export function requireInteger(name: string, value: unknown, { from, to }: { from: number; to: number }): void {
  if (value === undefined) return;
  if (Number.isInteger(value) && Number(value) >= from && Number(value) <= to) return;
  throw new ConfigurationError(`"${name}" must be a whole number from ${from} to ${to}`);
}

export function requireOneOf(name: string, value: unknown, values: readonly string[]): void {
  if (value === undefined || values.some((each) => each === value)) return;
  throw new ConfigurationError(`"${name}" must be ${values.map((each) => `"${each}"`).join(' or ')}`);
}

/** Digits alone: a slash or `..` would reach another path, since openapi-fetch does not escape them all. */
export function requireAccountId(name: string, value: unknown): void {
  if (typeof value === 'string' && /^\d+$/.test(value)) return;
  throw new ConfigurationError(`"${name}" is no account id`, {
    hint: 'It is a text of digits, such as "913874"; the alias "self" does not work with this API.',
  });
}
