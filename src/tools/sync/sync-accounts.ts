import { AbortedError } from '../../index.ts';
import type { SyncOptions } from './run.ts';
import type { StoreAccount } from './store.ts';
import { sync, type SyncResult } from './sync.ts';

/** The outcome of one account's run: its result, or the error that ended it. */
export type AccountOutcome<Account extends StoreAccount = StoreAccount> =
  AccountResult<Account> | AccountFailure<Account>;

/** The run of an account that finished. */
export interface AccountResult<Account extends StoreAccount = StoreAccount> {
  /** As it was given. */
  readonly account: Account;
  /** The result of `sync`. */
  readonly result: SyncResult;
  /** There is none. */
  readonly error?: undefined;
}

/** The run of an account that failed or was aborted. */
export interface AccountFailure<Account extends StoreAccount = StoreAccount> {
  /** As it was given. */
  readonly account: Account;
  /** There is none. */
  readonly result?: undefined;
  /** The error that `sync` threw (a `ReportsError` or a `StoreError`), or that making the account's options threw. */
  readonly error: unknown;
}

/** The options of `syncAccounts`. */
export interface SyncAccountsOptions<Account extends StoreAccount = StoreAccount> {
  /** The number of accounts that are read at the same time. Default: 4. */
  readonly parallel?: number | undefined;
  /** Once it is aborted, no further account is started. Pass it in the options of each account too. */
  readonly signal?: AbortSignal | undefined;
  /** Called as soon as an account has ended. */
  readonly onOutcome?: ((outcome: AccountOutcome<Account>) => void) | undefined;
}

const defaultParallel = 4;

/**
 * Runs `sync` for several accounts side by side. An account that fails does not stop the others. Never rejects because
 * of an account.
 *
 * @param optionsOf returns the options of an account, with its client; if it throws, that account has failed
 * @returns the outcomes in the order of the accounts
 */
export async function syncAccounts<Account extends StoreAccount>(
  accounts: readonly Account[],
  optionsOf: (account: Account) => SyncOptions | Promise<SyncOptions>,
  { parallel = defaultParallel, signal, onOutcome }: SyncAccountsOptions<Account> = {},
): Promise<readonly AccountOutcome<Account>[]> {
  const outcomes: AccountOutcome<Account>[] = [];
  const waiting = accounts.entries();
  async function work(): Promise<void> {
    for (const [place, account] of waiting) {
      const outcome = await syncAccount(account, optionsOf, signal);
      outcomes[place] = outcome;
      onOutcome?.(outcome);
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, accounts.length) }, work));
  return outcomes;
}

async function syncAccount<Account extends StoreAccount>(
  account: Account,
  optionsOf: (account: Account) => SyncOptions | Promise<SyncOptions>,
  signal: AbortSignal | undefined,
): Promise<AccountOutcome<Account>> {
  try {
    if (signal?.aborted) throw new AbortedError('Aborted before the account was begun');
    return { account, result: await sync(await optionsOf(account)) };
  } catch (error) {
    return { account, error };
  }
}
