/**
 * What a change means for those who use the package: `breaking` (their code fails or loses data), `notable` (it goes on
 * working, but somebody should look), `safe`.
 */
export type Verdict = 'breaking' | 'notable' | 'safe';

/** The step of the package's version that a change needs. */
export type Step = 'major' | 'minor' | 'patch' | 'none';

/** One difference, as the engine states it. */
export interface RawChange {
  /** JSON pointer as the API is used, references followed: `#/paths/…/get/responses/200/…`. */
  path: string;
  /** What stands there: `Schema`, `Parameter`, `Operation`, … */
  typeName: string;
  kind: 'added' | 'removed' | 'modified';
  /** The engine's own rating. */
  impact: 'major' | 'minor' | 'patch';
  /** Which property of it was modified; `key` where it got another name. */
  property?: string;
  base?: Side;
  revision?: Side;
}

export interface Side {
  /** JSON pointer as the file is written, where a shared component stands once. */
  pointer: string;
  value?: unknown;
}

/** What a rule says about a change. */
export interface Judgement {
  verdict: Verdict;
  step: Step;
  /** What changed, as a sentence. */
  title: string;
  /** What it means for a user of the package, as a sentence. */
  meaning: string;
}

/** A change with its verdict. */
export interface Change extends Judgement {
  /** 12 hex digits; the same change has the same one, however the file is ordered. What spec/accepted.yml names. */
  fingerprint: string;
  /** Where, by names: `CallLogsHalResponse.total_page`. */
  where: string;
  /** JSON pointer as the API is used, references followed. */
  pointer: string;
  /** Names that the change is about, to compare it with what another tool says. */
  names: readonly string[];
}

export const breaking = (title: string, meaning: string): Judgement => ({
  verdict: 'breaking',
  step: 'major',
  title,
  meaning,
});

export const notable = (title: string, meaning: string): Judgement => ({
  verdict: 'notable',
  step: 'minor',
  title,
  meaning,
});

/** Safe, and something that users can use from now on. */
export const gain = (title: string, meaning: string): Judgement => ({ verdict: 'safe', step: 'minor', title, meaning });

/** Safe, and nothing to use. */
export const harmless = (title: string, meaning: string): Judgement => ({
  verdict: 'safe',
  step: 'patch',
  title,
  meaning,
});
