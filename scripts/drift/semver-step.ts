import type { Change, Step } from './change.ts';

const rank: Readonly<Record<Step, number>> = { none: 0, patch: 1, minor: 2, major: 3 };

/** The larger step: what a release has to take that holds all the changes. */
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
