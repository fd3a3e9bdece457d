import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

import type { Finding, Use } from './compare/findings.ts';
import { withoutTexts } from './compare/values.ts';
import { oneLine } from './document.ts';
import { labelOf, ownerLabel, ruleFor, type Grade, type Ruling } from './rules.ts';

/**
 * What a change means for those who use the package: `breaking` (their code fails, loses data or no longer compiles),
 * `notable` (it goes on working, and somebody should look), `safe`.
 */
export type Verdict = 'breaking' | 'notable' | 'safe';

/** The step of the package's version that a change needs. */
export type Step = 'major' | 'minor' | 'patch' | 'none';

/** A difference between two documents with its verdict. */
export interface Change {
  verdict: Verdict;
  step: Step;
  /** What changed, as a sentence without its full stop. */
  title: string;
  /** What it means for a user of the package, in whole sentences. */
  meaning: string;
  /** 12 hex digits: the same change has the same ones, however the file is laid out. Named in spec/accepted.yml. */
  fingerprint: string;
  /** The place by its name: `CallLog.rate`. */
  where: string;
  /** The places in operations that lead to a component, at most four: "received in the 200 response of `GET /calls`". */
  uses: string[];
}

const grades: Readonly<Record<Grade, { rank: number; verdict: Verdict; step: Step }>> = {
  breaking: { rank: 3, verdict: 'breaking', step: 'major' },
  notable: { rank: 2, verdict: 'notable', step: 'minor' },
  gain: { rank: 1, verdict: 'safe', step: 'minor' },
  harmless: { rank: 0, verdict: 'safe', step: 'patch' },
};
const mostUses = 4;

/** Gives a difference its verdict: the worst of those for each direction in which it is used. */
export function judge(finding: Finding): Change {
  const { title, ...rulings } = ruleFor(finding);
  const directions = [...new Set(finding.uses.map(({ direction }) => direction))].sort();
  const { grade, meaning } =
    directions.length > 0 ? worstOf(directions.map((each) => rulings[each])) : unused(rulings.received);
  const { verdict, step } = grades[grade];
  // What users send to a webhook or a callback is a response.
  const isResponse = finding.uses.every(
    ({ direction, owner }) => direction === 'received' || owner.at(-1)?.[0] === 'response',
  );
  return {
    verdict,
    step,
    title,
    meaning: isResponse ? meaning.replaceAll('Requests', 'Responses') : meaning,
    fingerprint: fingerprintOf(finding),
    where: oneLine(labelOf(finding.place).replaceAll('`', '')),
    uses: usesOf(finding),
  };
}

function worstOf(rulings: readonly Ruling[]): Ruling {
  const rank = Math.max(...rulings.map(({ grade }) => grades[grade].rank));
  const worst = rulings.filter(({ grade }) => grades[grade].rank === rank);
  return { grade: worst[0]?.grade ?? 'breaking', meaning: [...new Set(worst.map(({ meaning }) => meaning))].join(' ') };
}

/** No operation of both documents leads there, so at most an exported type changes. */
function unused(ruling: Ruling): Ruling {
  const isSafe = grades[ruling.grade].verdict === 'safe';
  return isSafe ? ruling : { grade: 'notable', meaning: 'No operation uses it, so at most an exported type changes.' };
}

function usesOf({ place, uses }: Finding): string[] {
  if (place.owner[0]?.[0] !== 'component') return [];
  const labels = uses.filter(({ owner }) => owner[0]?.[0] !== 'document').map(useLabel);
  const shown = [...new Set(labels)].sort();
  return shown.length <= mostUses ? shown : [...shown.slice(0, mostUses - 1), `${shown.length - mostUses + 1} more`];
}

/** "received in the 200 response of `GET /calls`" */
function useLabel({ direction, owner }: Use): string {
  return `${direction} ${owner.at(-1)?.[0] === 'operation' ? 'with' : 'in'} ${ownerLabel(owner)}`;
}

/**
 * Made of the place, the kind of change, and what changed into what, so that accepting one value does not accept the
 * next. Texts do not count for anything but a change of texts, so that rewording asks for no new acceptance.
 */
function fingerprintOf({ place, kind, before, after }: Finding): string {
  const values = [before ?? null, after ?? null].map((value) =>
    kind === 'wording' || kind === 'info' ? value : withoutTexts(value),
  );
  const text = canonicalize([kind, place.owner, place.fields, ...values]) ?? '';
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

const order = { breaking: 0, notable: 1, safe: 2 } as const;

/** Worst first, each once. */
export function sortChanges(changes: readonly Change[]): Change[] {
  const byFingerprint = new Map<string, Change>();
  for (const change of changes) {
    const known = byFingerprint.get(change.fingerprint);
    if (!known || order[change.verdict] < order[known.verdict]) byFingerprint.set(change.fingerprint, change);
  }
  return [...byFingerprint.values()].sort((a, b) => order[a.verdict] - order[b.verdict]);
}

const rank: Readonly<Record<Step, number>> = { none: 0, patch: 1, minor: 2, major: 3 };

/** The step that covers all the others. */
export function largestStep(steps: readonly Step[]): Step {
  return steps.reduce<Step>((largest, step) => (rank[step] > rank[largest] ? step : largest), 'none');
}

export function isAtLeast(step: Step, required: Step): boolean {
  return rank[step] >= rank[required];
}

/**
 * The step that the package needs for the changes. Before 1.0.0 a break is a minor step: semver promises nothing there,
 * and npm's `^0.1.0` does not reach 0.2.0.
 */
export function semverStep(changes: readonly Pick<Change, 'step'>[], version: string): Step {
  const step = largestStep(changes.map((change) => change.step));
  return step === 'major' && version.startsWith('0.') ? 'minor' : step;
}
