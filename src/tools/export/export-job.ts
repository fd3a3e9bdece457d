import { createHash } from 'node:crypto';

/**
 * What has to be the same for one export to go on where another ended: the calls that are meant, and how they become
 * text. Holds no secret and no filter's value.
 */
export interface ExportJob {
  /** A hash of the account, see `hashAccount`. */
  readonly account: string;
  /** The range of call starts as ISO instants; `to` exclusive. */
  readonly range: { readonly from: string; readonly to: string };
  /** A hash of the filters, as a `resume` value has it. */
  readonly filters: string;
  readonly order: 'asc' | 'desc';
  readonly format: string;
  /** What stands before the first row: another version of this program may have other columns. */
  readonly head: string;
  readonly localTimeZone: string | null;
  readonly neutraliseFormulas: boolean;
}

/** Tells accounts apart in a file that people may send to each other. */
export function hashAccount(account: string): string {
  return createHash('sha256').update(account).digest('hex').slice(0, 16);
}

const differences = {
  account: 'another account',
  range: 'another range',
  filters: 'other filters',
  order: 'another order',
  format: 'another format',
  localTimeZone: 'other local times',
  neutraliseFormulas: 'another treatment of formulas',
  head: 'other columns',
} as const satisfies Record<keyof ExportJob, string>;

/** In what one job differs from the other, in words; undefined if in nothing. */
export function differenceOf(one: ExportJob, other: ExportJob): string | undefined {
  const keys = Object.keys(differences) as (keyof ExportJob)[];
  const key = keys.find((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
  return key && differences[key];
}
