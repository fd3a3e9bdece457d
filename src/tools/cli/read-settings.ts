import type { AuthOption } from '../../core/auth/auth-option.ts';
import type { ConnectionFlags } from './connection-flags.ts';
import { usageError } from './usage-error.ts';

/** Which account, and how to get in. */
export interface AccountSettings {
  readonly accountId: string;
  readonly auth: AuthOption;
  readonly baseUrl: string | undefined;
  readonly tokenUrl: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Flags first, then the environment. Throws a `ConfigurationError` that names every variable that is missing. */
export function readSettings(flags: ConnectionFlags, env: Environment): AccountSettings {
  const values = {
    VBC_ACCOUNT_ID: flags.accountId ?? env.VBC_ACCOUNT_ID,
    VBC_CLIENT_ID: flags.clientId ?? env.VBC_CLIENT_ID,
    VBC_CLIENT_SECRET: env.VBC_CLIENT_SECRET,
    VBC_USERNAME: flags.username ?? env.VBC_USERNAME,
    VBC_PASSWORD: env.VBC_PASSWORD,
  };
  const token = given(env.VBC_ACCESS_TOKEN);
  const required = token === undefined ? values : { VBC_ACCOUNT_ID: values.VBC_ACCOUNT_ID };
  const missing = Object.entries(required).flatMap(([name, value]) => (given(value) === undefined ? [name] : []));
  if (missing.length > 0) throw missingSettings(missing);
  return {
    accountId: values.VBC_ACCOUNT_ID ?? '',
    auth: token ?? {
      clientId: values.VBC_CLIENT_ID ?? '',
      clientSecret: values.VBC_CLIENT_SECRET ?? '',
      username: values.VBC_USERNAME ?? '',
      password: values.VBC_PASSWORD ?? '',
    },
    baseUrl: flags.baseUrl ?? given(env.VBC_BASE_URL),
    tokenUrl: flags.tokenUrl ?? given(env.VBC_TOKEN_URL),
  };
}

/** A variable that is set to nothing is not set. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function missingSettings(names: readonly string[]): Error {
  const what = names.length === 1 ? 'variable' : 'variables';
  return usageError(
    `Not set: ${names.join(', ')}`,
    `Set the environment ${what}, or add --sandbox to try the command without an account.`,
  );
}
