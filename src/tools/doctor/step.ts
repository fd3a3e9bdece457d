import { remedies, type Fault } from './remedies.ts';

/** What is checked, in order. */
export const stepNames = [
  'settings',
  'token-host',
  'api-host',
  'login',
  'scope',
  'token',
  'subscription',
  'access',
  'calls',
] as const;

export type StepName = (typeof stepNames)[number];

/** How a check ended. `unknown`: it can't be told here, and what follows may tell. */
export type Outcome =
  | { readonly status: 'passed' | 'unknown'; readonly detail: string }
  | { readonly status: 'failed'; readonly fault: Fault; readonly detail: string; readonly remedy: string };

/** `not-checked`: what the check needs has failed. */
export type StepOutcome = Outcome | { readonly status: 'not-checked'; readonly detail: string };

/** A check and how it ended. */
export type Step = { readonly name: StepName } & StepOutcome;

export function passed(detail: string): Outcome {
  return { status: 'passed', detail };
}

export function unknown(detail: string): Outcome {
  return { status: 'unknown', detail };
}

/** A check that failed; `remedy` where there is something better to say than what is said of every such fault. */
export function failed(fault: Fault, detail: string, remedy: string = remedies[fault]): Outcome {
  return { status: 'failed', fault, detail, remedy };
}
