import { createHash, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * What two runs must have in common for one to continue the other, as strings: which calls, and how they are written.
 * The account and the filters are in clear here, and hashed where they are stored.
 */
export interface ExportJob {
  readonly account: string;
  readonly range: string;
  /** Empty if there are none. */
  readonly filters: string;
  readonly format: string;
  readonly columns: string;
  readonly times: string;
  readonly formulas: string;
  /** Of this program: another one may write the same call otherwise. */
  readonly version: string;
}

const differences = {
  account: 'another account',
  range: 'another range',
  filters: 'other filters',
  format: 'another format',
  columns: 'other columns',
  times: 'other local times',
  formulas: 'another treatment of formulas',
  version: 'another version of vbc-reports',
} as const satisfies Record<keyof ExportJob, string>;

const keys = Object.keys(differences) as (keyof ExportJob)[];

/** The job as it is kept in a file that people may send to each other. */
export interface StoredJob {
  readonly about: string;
  readonly salt: string;
  /** When the first run began, ISO. */
  readonly startedAt: string;
  readonly job: ExportJob;
}

const about =
  'An export that has not ended. Each .rows file holds the rows of the calls that started in the window of its name. ' +
  'Run the export again with --resume to read what is missing and to get the whole file.';

/** The job to store. It holds no filter's value, only a hash. */
export async function storeJob(job: ExportJob, startedAt: Date): Promise<StoredJob> {
  const salt = randomBytes(16).toString('hex');
  return { about, salt, startedAt: startedAt.toISOString(), job: await hashed(job, salt) };
}

/** Reads a stored job; undefined if the string is not one. */
export function parseStoredJob(text: string): StoredJob | undefined {
  try {
    const stored = Object(JSON.parse(text)) as Partial<StoredJob>;
    const isJob = typeof stored.salt === 'string' && keys.every((key) => typeof stored.job?.[key] === 'string');
    return isJob && Number.isFinite(Date.parse(String(stored.startedAt))) ? (stored as StoredJob) : undefined;
  } catch {
    return undefined;
  }
}

/** In what the job differs from the stored one, in words; undefined if they are the same. */
export async function differenceOf(stored: StoredJob, job: ExportJob): Promise<string | undefined> {
  const own = await hashed(job, stored.salt);
  const key = keys.find((name) => own[name] !== stored.job[name]);
  return key && differences[key];
}

const slowHash = promisify<string, string, number, Buffer>(scrypt);

/** A telephone number is one of few: a slow hash (tens of milliseconds) with a salt keeps it from being found by trying. */
async function hashed(job: ExportJob, salt: string): Promise<ExportJob> {
  const account = createHash('sha256').update(`${salt} ${job.account}`).digest('hex').slice(0, 32);
  const filters = job.filters === '' ? '' : (await slowHash(job.filters, salt, 16)).toString('hex');
  return { ...job, account, filters };
}
