import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

import type { Finding, Use } from './compare/findings.ts';
import { ownerLabel, ruleFor, type Grade, type Ruling } from './rules.ts';

/**
 * The meaning of a change for users of the package: `breaking` (their code fails, loses data or no longer compiles),
 * `notable` (it still works, and somebody should look), or `safe`.
 */
export type Verdict = 'breaking' | 'notable' | 'safe';

/** The step of the package's version that a change needs. */
export type Step = 'major' | 'minor' | 'patch' | 'none';

/** A difference between two documents with its verdict. */
export interface Change {
  verdict: Verdict;
  step: Step;
  /** The change, as a sentence without its full stop. */
  title: string;
  /** Its consequence for a user of the package, in whole sentences. */
  meaning: string;
  /** 12 hex digits: the same change has the same ones, however the file is laid out. Named in spec/accepted.yml. */
  fingerprint: string;
  /** The places in operations that lead to a component, at most four: "received in the 200 response of `GET /calls`". */
  uses: string[];
}

/** Worst first. */
const grades: Readonly<Record<Grade, { verdict: Verdict; step: Step }>> = {
  breaking: { verdict: 'breaking', step: 'major' },
  notable: { verdict: 'notable', step: 'minor' },
  gain: { verdict: 'safe', step: 'minor' },
  harmless: { verdict: 'safe', step: 'patch' },
};
const verdicts: readonly Verdict[] = ['breaking', 'notable', 'safe'];
const steps: readonly Step[] = ['none', 'patch', 'minor', 'major'];
const mostUses = 4;

/** Gives a difference its verdict: the worst of those for each direction in which it is used. */
export function judge(finding: Finding): Change {
  const { title, ...rulings } = ruleFor(finding);
  const directions = [...new Set(finding.uses.map(({ direction }) => direction))].sort();
  const ruled = directions.map((each) => rulings[each]);
  const { grade, meaning } = ruled.length > 0 ? worstOf(ruled) : unused(rulings.received);
  // Users send responses to a webhook or a callback, not requests.
  const sent = finding.uses.filter(({ direction }) => direction === 'sent');
  const isResponse = sent.every(({ owner }) => owner.at(-1)?.[0] === 'response');
  return {
    ...grades[grade],
    title,
    meaning: isResponse ? meaning.replaceAll('Requests', 'Responses') : meaning,
    fingerprint: fingerprintOf(finding),
    uses: usesOf(finding),
  };
}

function worstOf(rulings: readonly Ruling[]): Ruling {
  const grade =
    (Object.keys(grades) as Grade[]).find((each) => rulings.some((ruling) => ruling.grade === each)) ?? 'breaking';
  const meanings = rulings.filter((ruling) => ruling.grade === grade).map(({ meaning }) => meaning);
  return { grade, meaning: [...new Set(meanings)].join(' ') };
}

/** No operation of both documents leads there, so at most an exported type changes. */
function unused(ruling: Ruling): Ruling {
  const isSafe = grades[ruling.grade].verdict === 'safe';
  return isSafe ? ruling : { grade: 'notable', meaning: 'No operation uses it, so at most an exported type changes.' };
}

function usesOf({ place, uses }: Finding): string[] {
  if (place.owner[0]?.[0] !== 'component') return [];
  const label = ({ direction, owner }: Use): string =>
    `${direction} ${owner.at(-1)?.[0] === 'operation' ? 'with' : 'in'} ${ownerLabel(owner)}`;
  const labels = uses.filter(({ owner }) => owner[0]?.[0] !== 'document').map(label);
  const shown = [...new Set(labels)].sort();
  return shown.length <= mostUses ? shown : [...shown.slice(0, mostUses - 1), `${shown.length - mostUses + 1} more`];
}

/**
 * Made of the place, the kind of change, and what changed into what, so that accepting one value does not accept the
 * next. Values come without texts, but for a change of texts, so that rewording asks for no new acceptance.
 */
function fingerprintOf({ place, kind, before, after, content }: Finding): string {
  // A value that is null differs from one that is missing.
  const values = [before, after, content].map((value) => (value === undefined ? [] : [value]));
  return hash('sha256', canonicalize([kind, place.owner, place.fields, ...values]) ?? '').slice(0, 12);
}

/** Worst first, each once. */
export function sortChanges(changes: readonly Change[]): Change[] {
  const rank = ({ verdict }: Change): number => verdicts.indexOf(verdict);
  const sorted = changes.toSorted((a, b) => rank(a) - rank(b));
  return [...new Map(sorted.toReversed().map((change) => [change.fingerprint, change])).values()].reverse();
}

/** The step that covers all the others. */
export function largestStep(all: readonly Step[]): Step {
  return steps[Math.max(0, ...all.map((step) => steps.indexOf(step)))] ?? 'none';
}

export const isAtLeast = (step: Step, required: Step): boolean => steps.indexOf(step) >= steps.indexOf(required);

/**
 * The step that the package needs for the changes. Before 1.0.0 a break is a minor step: semver promises nothing there,
 * and npm's `^0.1.0` does not reach 0.2.0.
 */
export function semverStep(changes: readonly Pick<Change, 'step'>[], version: string): Step {
  const step = largestStep(changes.map((change) => change.step));
  return step === 'major' && version.startsWith('0.') ? 'minor' : step;
}
