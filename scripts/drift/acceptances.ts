import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

import { CouldNotTell, isObject, reasonOf } from './document.ts';
import type { Change } from './judge.ts';

const acceptedFile = 'spec/accepted.yml';

/** A breaking change that somebody has looked at and accepted, for a reason and until a day. */
export interface Acceptance {
  fingerprint: string;
  reason: string;
  /** The last day on which it holds, UTC, as `yyyy-MM-dd`. */
  expires: string;
}

/** A change, and whether somebody has accepted it. Only breaking changes need to be accepted. */
export interface ReportedChange extends Change {
  acceptance?: Acceptance & { hasExpired: boolean };
}

const keys = ['change', 'expires', 'fingerprint', 'reason'];
const longestDays = 366;
const shortestReason = 10;
const dayMs = 86_400_000;

/**
 * The acceptances in spec/accepted.yml.
 *
 * @throws CouldNotTell where the file is missing, or any entry is malformed: then nothing is accepted.
 */
export async function readAcceptances(root: string, now: Date): Promise<Acceptance[]> {
  try {
    return parseAcceptances(await readFile(join(root, acceptedFile), 'utf8'), now);
  } catch (error) {
    throw error instanceof CouldNotTell ? error : malformed(reasonOf(error));
  }
}

/** See `readAcceptances`. */
export function parseAcceptances(text: string, now: Date): Acceptance[] {
  const value: unknown = parse(text, { logLevel: 'error' });
  const accepted = isObject(value) && Object.keys(value).join() === 'accepted' ? value.accepted : undefined;
  if (!Array.isArray(accepted)) throw malformed('it must contain one list, `accepted`, and nothing else');
  const acceptances = accepted.map((entry, index) => parseEntry(entry, `entry ${index + 1}`, now));
  const fingerprints = new Set(acceptances.map(({ fingerprint }) => fingerprint));
  if (fingerprints.size < acceptances.length) throw malformed('a fingerprint is listed twice');
  return acceptances;
}

function parseEntry(entry: unknown, name: string, now: Date): Acceptance {
  if (!isObject(entry)) throw malformed(`${name} is not an object`);
  const unknown = Object.keys(entry).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw malformed(`${name} has the unknown key ${unknown}; known keys are ${keys.join(', ')}`);
  const { fingerprint, reason, expires } = entry;
  if (typeof fingerprint !== 'string' || !/^[0-9a-f]{12}$/.test(fingerprint))
    throw malformed(`${name}: \`fingerprint\` must be a string of 12 hex digits, in quotes`);
  if (typeof reason !== 'string' || reason.trim().length < shortestReason)
    throw malformed(`${name}: \`reason\` must have at least ${shortestReason} characters`);
  if (typeof expires !== 'string' || !isDay(expires))
    throw malformed(`${name}: \`expires\` must be a day, as yyyy-MM-dd`);
  if (endOf(expires) - now.getTime() > longestDays * dayMs) throw malformed(`${name} holds for more than a year`);
  return { fingerprint, reason: reason.trim(), expires };
}

function isDay(text: string): boolean {
  return !Number.isNaN(endOf(text)) && new Date(endOf(text) - dayMs).toISOString().slice(0, 10) === text;
}

/** In milliseconds; the day itself still counts. */
const endOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) + dayMs;

const malformed = (reason: string): CouldNotTell =>
  new CouldNotTell(`${acceptedFile} is malformed, so nothing counts as accepted: ${reason}`);

/** Each change with its acceptance, if it has one. */
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

/** True for a breaking change that nobody has accepted, or whose acceptance has expired. */
export const isUnaccepted = (change: ReportedChange): boolean =>
  change.verdict === 'breaking' && change.acceptance?.hasExpired !== false;

/** A sentence about a change's acceptance; empty for a change that has none. */
export function acceptanceLine({ acceptance }: ReportedChange): string {
  if (!acceptance) return '';
  if (acceptance.hasExpired) return `Its acceptance ended on ${acceptance.expires}: ${acceptance.reason}`;
  return `Accepted until ${acceptance.expires}: ${acceptance.reason}`;
}
