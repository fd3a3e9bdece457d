import { type Command, Option } from 'commander';

/** The flags of every command that talks to the API, as they were typed. */
export interface ConnectionFlags {
  readonly sandbox?: true;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly username?: string;
  readonly baseUrl?: string;
  readonly tokenUrl?: string;
  readonly resetLogin?: true;
  readonly pageSize?: string;
  readonly concurrency?: string;
  readonly requestsPerSecond?: string;
  readonly maxWait?: string;
}

export function addConnectionFlags(command: Command): Command {
  return addAccountFlags(command)
    .optionsGroup('Pace:')
    .option('--page-size <calls>', 'calls per request (default: 1000)')
    .option('--concurrency <requests>', 'requests in flight at once (default: 4)')
    .option('--requests-per-second <number>', 'requests per second (default: no limit)')
    .option('--max-wait <seconds>', 'longest wait that the server may ask for (default: 120)');
}

/** Which account, and how to get in. */
export function addAccountFlags(command: Command): Command {
  return command
    .optionsGroup('Account:')
    .addOption(
      new Option('--sandbox', 'use invented calls from a local stand-in; needs no account').conflicts([
        'accountId',
        'clientId',
        'username',
        'baseUrl',
        'tokenUrl',
        'resetLogin',
      ]),
    )
    .option('--account-id <id>', 'numeric account id (or VBC_ACCOUNT_ID)')
    .option('--client-id <id>', 'client id of the application (or VBC_CLIENT_ID)')
    .option('--username <name>', 'login of an account administrator (or VBC_USERNAME)')
    .option('--base-url <url>', 'another host of the API (or VBC_BASE_URL)')
    .option('--token-url <url>', 'another token endpoint (or VBC_TOKEN_URL)')
    .option('--reset-login', 'forget that a login was refused, and try once more');
}

export const settingsHelp = `
Settings come from flags, then from the environment:
  VBC_ACCOUNT_ID, VBC_CLIENT_ID, VBC_CLIENT_SECRET, VBC_USERNAME, VBC_PASSWORD,
  or VBC_ACCESS_TOKEN in place of the last four; VBC_BASE_URL, VBC_TOKEN_URL.
Secrets are no flags, because a list of processes shows them.

Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 access refused,
  4 incomplete, 130 interrupted.`;
