import { draw } from '../chance.ts';

/** Seconds of the longest call. */
export const LONGEST_CALL_SECONDS = 4 * 3600;

/** Seconds of answered calls: each step holds for draws below its thousandth. */
const ANSWERED_STEPS = [
  { below: 250, shortest: 3, longest: 45 },
  { below: 600, shortest: 45, longest: 180 },
  { below: 850, shortest: 180, longest: 600 },
  { below: 960, shortest: 600, longest: 1_800 },
  { below: 985, shortest: 1_800, longest: 3_600 },
  { below: 997, shortest: 3_601, longest: 7_200 },
  { below: 1_000, shortest: 7_200, longest: LONGEST_CALL_SECONDS },
] as const;

/** Whole seconds (fact 25): answered calls run from seconds to hours, the others end within two minutes. */
export function callLength(result: string, drawn: number): number {
  if (result === 'Blocked') return 0;
  if (result === 'Voicemail') return 5 + (drawn % 115);
  if (result !== 'Answered') return drawn % 35;
  const thousandth = drawn % 1000;
  const step = ANSWERED_STEPS.find(({ below }) => thousandth < below) ?? ANSWERED_STEPS[0];
  return step.shortest + (draw(drawn, 1) % (step.longest - step.shortest + 1));
}
