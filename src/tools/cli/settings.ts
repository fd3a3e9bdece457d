import type { AuthOption } from '../../index.ts';
import { usageError } from './failure.ts';
import type { ConnectionFlags } from './flags.ts';
import type { Environment } from './terminal/reporter.ts';
import { listed } from './terminal/text.ts';

/** The account, and the credentials to log in with. */
export interface AccountSettings {
  readonly accountId: string;
  readonly auth: AuthOption;
  readonly baseUrl: string | undefined;
  readonly tokenUrl: string | undefined;
  /** One sentence for each secret that looks as if something was pasted with it. None contains the value. */
  readonly warnings: readonly string[];
}

/**
 * Reads flags first, then the environment. White space and quotes around ids, names, URLs and tokens are dropped.
 * Passwords and client secrets are taken as they are, since white space may be part of them.
 *
 * @throws ConfigurationError names every variable that is missing, or each secret with a line break or another control
 * character in it: no login is made with a secret that cannot be right.
 */
export function readSettings(flags: ConnectionFlags, env: Environment): AccountSettings {
  const values = {
    VBC_ACCOUNT_ID: clean(flags.accountId ?? env.VBC_ACCOUNT_ID),
    VBC_CLIENT_ID: clean(flags.clientId ?? env.VBC_CLIENT_ID),
    VBC_CLIENT_SECRET: env.VBC_CLIENT_SECRET ?? '',
    VBC_USERNAME: clean(flags.username ?? env.VBC_USERNAME),
    VBC_PASSWORD: env.VBC_PASSWORD ?? '',
  };
  const token = clean(env.VBC_ACCESS_TOKEN).replace(/^bearer\s+/i, '');
  const missing = Object.entries(token === '' ? values : { VBC_ACCOUNT_ID: values.VBC_ACCOUNT_ID })
    .filter(([, value]) => value.trim() === '')
    .map(([name]) => name);
  if (missing.length > 0) throw missingSettings(missing);
  const secrets = token === '' ? secretNames.map((name) => [name, values[name]] as const) : [];
  requirePrintable(secrets);
  return {
    accountId: values.VBC_ACCOUNT_ID,
    auth: token === '' ? credentialsOf(values) : token,
    baseUrl: givenUrl(flags.baseUrl ?? env.VBC_BASE_URL),
    tokenUrl: givenUrl(flags.tokenUrl ?? env.VBC_TOKEN_URL),
    warnings: secrets.flatMap(([name, value]) => doubtsAbout(name, value)),
  };
}

const secretNames = ['VBC_CLIENT_SECRET', 'VBC_PASSWORD'] as const;

function credentialsOf(values: Readonly<Record<string, string>>): Exclude<AuthOption, string> {
  const { VBC_CLIENT_ID = '', VBC_CLIENT_SECRET = '', VBC_USERNAME = '', VBC_PASSWORD = '' } = values;
  return {
    clientId: VBC_CLIENT_ID,
    clientSecret: VBC_CLIENT_SECRET,
    username: VBC_USERNAME,
    password: VBC_PASSWORD,
  };
}

/** White space as programs know it, and the characters without width that come with pasted text. */
const blanks = String.raw`[\s\p{Cc}\u200b-\u200d\u2060\ufeff]`;
const around = new RegExp(`^${blanks}+|${blanks}+$`, 'gu');

/** The value without white space and one pair of quotes around it; a variable that is set to nothing is not set. */
function clean(value: string | undefined): string {
  const trimmed = (value ?? '').replaceAll(around, '');
  return trimmed.replace(/^(["'])(.*)\1$/su, '$2').replaceAll(around, '');
}

function givenUrl(value: string | undefined): string | undefined {
  const url = clean(value);
  return url === '' ? undefined : url;
}

function missingSettings(names: readonly string[]): Error {
  const what = names.length === 1 ? 'variable' : 'variables';
  return usageError(
    `Not set: ${names.join(', ')}`,
    `Set the environment ${what}, or add --sandbox to try the command without an account.`,
  );
}

type Secret = readonly [name: string, value: string];

function requirePrintable(secrets: readonly Secret[]): void {
  const faults = secrets.flatMap(([name, value]) => {
    const place = controlCharacterIn(value);
    return place === undefined ? [] : [`${name} ${place}`];
  });
  if (faults.length === 0) return;
  throw usageError(
    listed(faults, 'and'),
    'Files with Windows line ends are the usual cause. Correct it, then run the command again; no login was made.',
  );
}

function controlCharacterIn(value: string): string | undefined {
  if (/\r\n?$/.test(value)) return 'ends with a carriage return';
  if (value.endsWith('\n')) return 'ends with a line break';
  return /\p{Cc}/u.test(value) ? 'contains a control character' : undefined;
}

function doubtsAbout(name: string, value: string): string[] {
  const first = value.charAt(0);
  const end = value.slice(-1);
  const doubts = [
    ...(isBlank(first) ? [`begins with ${nameOfBlank(first)}`] : []),
    ...(isBlank(end) ? [`ends with ${nameOfBlank(end)}`] : []),
    ...(value.length > 1 && first === end && /["']/.test(first) ? ['is in quotes'] : []),
  ];
  return doubts.length === 0 ? [] : [`${name} ${listed(doubts, 'and')}. If the login is refused, check that first.`];
}

function isBlank(character: string): boolean {
  return character.replace(around, '') === '' && character !== '';
}

function nameOfBlank(character: string): string {
  if (character === ' ') return 'a space';
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `an invisible character (U+${code})`;
}
