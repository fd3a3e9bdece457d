import { createHash, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * The properties that two runs must share so that one can continue the other: the calls, and the way they are written.
 * Their names (`range`, `columns` …) are for people. The account and the filters are in plain text here, and are hashed
 * before they are stored.
 */
export interface ExportJob extends Readonly<Record<string, string>> {
  readonly account: string;
  /** Empty if there are none. */
  readonly filters: string;
}

/** A job in a file that people may send to each other. */
export interface StoredJob {
  readonly about: string;
  readonly salt: string;
  /** The time at which the first run began, ISO. */
  readonly startedAt: string;
  readonly job: ExportJob;
}

const about =
  'An export that has not ended. Each .rows file holds the calls that started in the window of its name. ' +
  'Run the export again with --resume to read what is missing and to get the whole file.';

/** Returns the job as it is stored: with hashes instead of the account and the filters. */
export async function storeJob(job: ExportJob, startedAt: Date): Promise<StoredJob> {
  const salt = randomBytes(16).toString('hex');
  return { about, salt, startedAt: startedAt.toISOString(), job: await hashed(job, salt) };
}

/** Returns the name of the first property in which the job differs from the stored one; undefined if it is the same. */
export async function differenceOf(stored: StoredJob, job: ExportJob): Promise<string | undefined> {
  const own = Object.entries(await hashed(job, stored.salt));
  return own.find(([name, value]) => value !== stored.job[name])?.[0];
}

const slowHash = promisify<string, string, number, Buffer>(scrypt);

/**
 * There are few telephone numbers, so only a slow hash (tens of milliseconds) with a salt prevents finding one by
 * trying them all.
 */
async function hashed(job: ExportJob, salt: string): Promise<ExportJob> {
  const account = createHash('sha256').update(`${salt} ${job.account}`).digest('hex').slice(0, 32);
  const filters = job.filters === '' ? '' : (await slowHash(job.filters, salt, 16)).toString('hex');
  return { ...job, account, filters };
}
