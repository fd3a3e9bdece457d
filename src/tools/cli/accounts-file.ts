import { readFile } from 'node:fs/promises';
import { createZone } from '../../core/time/index.ts';
import { usageError } from './failure.ts';
import type { Environment } from './terminal/reporter.ts';
import { listed } from './terminal/text.ts';

/** An account of an accounts file. */
export interface ListedAccount {
  /** Digits. */
  readonly id: string;
  /** For messages and summaries. */
  readonly name: string | undefined;
  /** IANA zone; undefined if the file does not say. */
  readonly timeZone: string | undefined;
  /** The place of each credential that the file names. */
  readonly credentials: Readonly<Partial<Record<CredentialName, SecretPlace>>>;
  /** Such as `accounts.json, account 913874`, for messages. */
  readonly position: string;
}

/** A credential is named by the environment variable or the file that holds it. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** The credentials of an account, and the variable that each replaces. */
const variables = {
  clientId: 'VBC_CLIENT_ID',
  clientSecret: 'VBC_CLIENT_SECRET',
  username: 'VBC_USERNAME',
  password: 'VBC_PASSWORD',
} as const;

type CredentialName = keyof typeof variables;

const credentialNames = Object.keys(variables) as readonly CredentialName[];
const plainFields = ['id', 'name', 'timeZone'];

/**
 * Reads an accounts file. Does not read secrets yet, so that a missing one only fails its own account.
 *
 * @throws ConfigurationError the file cannot be read or is not as it should be; says where, and never repeats a value
 */
export async function readAccountsFile(path: string): Promise<readonly ListedAccount[]> {
  const accounts = parseAccounts(path, parseJson(path, await readText(path)));
  const twice = accounts.find(({ id }, place) => accounts.findIndex((other) => other.id === id) !== place);
  if (twice !== undefined) throw usageError(`${path} has account ${twice.id} twice`, 'Leave one of them out.');
  return accounts;
}

/**
 * Returns the environment of an account: that of the process, with the account's own id and credentials in the
 * variables.
 *
 * @throws ConfigurationError a variable is not set, or a file cannot be read
 */
export async function environmentOfAccount(account: ListedAccount, env: Environment): Promise<Environment> {
  const own: Record<string, string> = { VBC_ACCOUNT_ID: account.id };
  for (const name of credentialNames) {
    const place = account.credentials[name];
    if (place !== undefined) own[variables[name]] = await readSecret(`${account.position}, ${name}`, place, env);
  }
  // A token in the environment belongs to another user than these credentials.
  const isOther = Object.keys(account.credentials).length > 0;
  return { ...env, ...own, ...(isOther && { VBC_ACCESS_TOKEN: undefined }) };
}

async function readSecret(position: string, place: SecretPlace, env: Environment): Promise<string> {
  if ('env' in place) {
    const value = env[place.env] ?? '';
    if (value.trim() === '') throw usageError(`${position}: the environment variable ${place.env} is not set`);
    return value;
  }
  const text = await readFile(place.file, 'utf8').catch((error: unknown) => {
    throw usageError(`${position}: cannot read the file ${place.file} (${codeOf(error)})`);
  });
  if (text.trim() === '') throw usageError(`${position}: the file ${place.file} is empty`);
  // Editors and `echo` end a file with a line break.
  return text.replace(/\r?\n$/, '');
}

async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw usageError(`Cannot read the accounts file ${path} (${codeOf(error)})`, 'Check --accounts.');
  });
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : 'unreadable';
}

/** The message of a syntax error quotes the file, which may hold a secret by mistake, so only the position is shown. */
function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const [, offset] = /position (\d+)/.exec(String(error)) ?? [];
    const line = offset === undefined ? '' : `: see line ${text.slice(0, Number(offset)).split('\n').length}`;
    throw usageError(`${path} is not valid JSON${line}`, example);
  }
}

const example =
  'Expected { "accounts": [ { "id": "913874", "username": { "env": "A_USERNAME" }, "password": { "file": "/run/secrets/a" } } ] }.';

function parseAccounts(path: string, document: unknown): readonly ListedAccount[] {
  const { accounts, ...others } = isObject(document) ? document : {};
  if (!Array.isArray(accounts)) throw usageError(`${path} has no list "accounts"`, example);
  const [other] = Object.keys(others);
  if (other !== undefined) throw usageError(`${path} has an unknown field ${JSON.stringify(other)}`, example);
  if (accounts.length === 0) throw usageError(`${path} lists no account`, example);
  return accounts.map((value: unknown, place) => parseAccount(path, place, value));
}

function parseAccount(path: string, place: number, value: unknown): ListedAccount {
  const position = `${path}, accounts[${place}]`;
  if (!isObject(value)) throw usageError(`${position} is not an object`, example);
  const { id } = value;
  if (typeof id !== 'string' || !/^\d+$/.test(id)) {
    throw usageError(`${position}: "id" must be the numeric account id as a string`, 'Write "id": "913874".');
  }
  const named = `${path}, account ${id}`;
  const known = [...plainFields, ...credentialNames];
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown !== undefined) {
    throw usageError(`${named} has an unknown field ${JSON.stringify(unknown)}`, `Fields are ${listed(known, 'and')}.`);
  }
  return {
    id,
    name: parseString(named, 'name', value.name),
    timeZone: parseZone(named, value.timeZone),
    credentials: parseCredentials(named, value),
    position: named,
  };
}

function parseString(position: string, field: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw usageError(`${position}: ${JSON.stringify(field)} must be a string that is not empty`);
}

function parseZone(position: string, value: unknown): string | undefined {
  const zone = parseString(position, 'timeZone', value);
  if (zone === undefined) return undefined;
  try {
    createZone(zone);
    return zone;
  } catch {
    throw usageError(
      `${position}: ${JSON.stringify(zone)} is not a time zone`,
      'Write a name such as America/New_York.',
    );
  }
}

function parseCredentials(position: string, account: Readonly<Record<string, unknown>>): ListedAccount['credentials'] {
  const given = credentialNames.filter((name) => account[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, parseSecretPlace(`${position}, ${name}`, account[name])]));
}

function parseSecretPlace(position: string, value: unknown): SecretPlace {
  if (typeof value === 'string') {
    const hint =
      'Name the variable or the file that holds it: { "env": "A_PASSWORD" } or { "file": "/run/secrets/a" }. If it is a secret that others could see, change it.';
    throw usageError(`${position} is written in the file itself`, hint);
  }
  const entries = isObject(value) ? Object.entries(value) : [];
  const [[kind, name] = []] = entries;
  if (entries.length !== 1 || typeof name !== 'string' || name === '' || (kind !== 'env' && kind !== 'file')) {
    throw usageError(`${position} must be { "env": … } or { "file": … }, with one name`);
  }
  return kind === 'env' ? { env: name } : { file: name };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
