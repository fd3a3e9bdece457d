import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

import type { Change } from './change.ts';
import { CouldNotTell } from './documents/could-not-tell.ts';
import { isObject } from './documents/parse-document.ts';

export const acceptedFile = 'spec/accepted.yml';

/** A break that somebody has looked at and takes, for a reason and until a day. */
export interface Acceptance {
  fingerprint: string;
  reason: string;
  /** The last day on which it holds, UTC, as `yyyy-MM-dd`. */
  expires: string;
}

const keys = ['change', 'expires', 'fingerprint', 'reason'];
const longestDays = 366;
const shortestReason = 10;
const dayMs = 86_400_000;

/**
 * The acceptances of spec/accepted.yml.
 *
 * @throws CouldNotTell for a file that is missing or malformed in any entry: an allow-list that can't be read allows
 * nothing, and says so.
 */
export async function readAcceptances(root: string, now: Date): Promise<Acceptance[]> {
  try {
    return parseAcceptances(await readFile(join(root, acceptedFile), 'utf8'), now);
  } catch (error) {
    if (error instanceof CouldNotTell) throw error;
    throw malformed(error instanceof Error ? error.message : String(error));
  }
}

/** See `readAcceptances`. */
export function parseAcceptances(text: string, now: Date): Acceptance[] {
  const value: unknown = parse(text, { logLevel: 'error' });
  const accepted = isObject(value) && Object.keys(value).join() === 'accepted' ? value.accepted : undefined;
  if (!Array.isArray(accepted)) throw malformed('it holds one list, `accepted`');
  const acceptances = accepted.map((entry, index) => parseEntry(entry, `entry ${index + 1}`, now));
  const fingerprints = acceptances.map(({ fingerprint }) => fingerprint);
  const twice = fingerprints.find((fingerprint, index) => fingerprints.indexOf(fingerprint) !== index);
  if (twice !== undefined) throw malformed(`${twice} stands there twice`);
  return acceptances;
}

function parseEntry(entry: unknown, name: string, now: Date): Acceptance {
  if (!isObject(entry)) throw malformed(`${name} is no object`);
  const foreign = Object.keys(entry).find((key) => !keys.includes(key));
  if (foreign !== undefined) throw malformed(`${name} has ${foreign}; there are ${keys.join(', ')}`);
  const { fingerprint, reason, expires } = entry;
  if (typeof fingerprint !== 'string' || !/^[0-9a-f]{12}$/.test(fingerprint)) {
    throw malformed(`${name} has no fingerprint of 12 hex digits, in quotes`);
  }
  if (typeof reason !== 'string' || reason.trim().length < shortestReason) throw malformed(`${name} gives no reason`);
  if (typeof expires !== 'string' || !isDay(expires)) throw malformed(`${name} has no day \`expires\`, as yyyy-MM-dd`);
  if (endOf(expires) - now.getTime() > longestDays * dayMs) throw malformed(`${name} holds for more than a year`);
  return { fingerprint, reason: reason.trim(), expires };
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** In milliseconds; the day itself still counts. */
function endOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + dayMs;
}

function malformed(reason: string): CouldNotTell {
  return new CouldNotTell(`${acceptedFile} is malformed, so nothing counts as accepted: ${reason}`);
}

/** A change, and whether somebody has accepted it. Only breaking changes need to be. */
export interface ReportedChange extends Change {
  acceptance?: Acceptance & { hasExpired: boolean };
}

export function applyAcceptances(
  changes: readonly Change[],
  acceptances: readonly Acceptance[],
  now: Date,
): ReportedChange[] {
  return changes.map((change) => {
    const acceptance = acceptances.find(({ fingerprint }) => fingerprint === change.fingerprint);
    if (!acceptance || change.verdict !== 'breaking') return change;
    return { ...change, acceptance: { ...acceptance, hasExpired: endOf(acceptance.expires) <= now.getTime() } };
  });
}

/** A break that nobody has accepted, or no longer. */
export function isUnaccepted(change: ReportedChange): boolean {
  return change.verdict === 'breaking' && change.acceptance?.hasExpired !== false;
}
