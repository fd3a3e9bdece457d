import { ConfigurationError } from './errors/index.ts';

// Checks of options that may come from JavaScript; an option left out is fine.

export function requireUrl(name: string, value: unknown): void {
  if (value === undefined) return;
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '') return;
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
