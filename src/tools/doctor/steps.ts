import {
  type Phrase,
  type ProblemId,
  remedies,
  type ReportsError,
  type ReportsErrorCode,
} from '../../core/errors/index.ts';

/** The steps, in the order in which they are checked. */
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

/** A problem of the catalogue, or `settings`: something in the settings is missing or invalid. */
export type StepProblem = ProblemId | 'settings';

/** The outcome of a check. `unknown`: this check cannot tell, but the next ones may. */
export type Outcome =
  | { readonly status: 'passed' | 'unknown'; readonly detail: Phrase }
  | { readonly status: 'failed'; readonly problem: StepProblem; readonly detail: Phrase; readonly remedy: Phrase };

/** `not-checked`: a check that this one needs has failed. */
export type StepOutcome = Outcome | { readonly status: 'not-checked'; readonly detail: Phrase };

/** A check and its outcome. */
export type Step = { readonly name: StepName } & StepOutcome;

export function passed(detail: Phrase): Outcome {
  return { status: 'passed', detail };
}

export function unknown(detail: Phrase): Outcome {
  return { status: 'unknown', detail };
}

/** A failed check with the remedy of the catalogue. */
export function failed(problem: ProblemId, detail: Phrase, remedy: Phrase = remedies[problem]): Outcome {
  return { status: 'failed', problem, detail, remedy };
}

/** A failed check that an error explains: what happened, and what the error says to do about it. */
export function failedBy(error: ReportsError, detail: Phrase = withFullStop(error.parts.summary)): Outcome {
  const problem = problemOf(error);
  return failed(problem, detail, error.parts.hint ?? remedies[problem]);
}

/** The likely cause of an error: its own, else the usual one of its kind. */
export function problemOf({ problem, code, status }: ReportsError): ProblemId {
  return problem ?? (status === 403 ? 'forbidden' : usualProblems[code]);
}

const usualProblems: Readonly<Record<ReportsErrorCode, ProblemId>> = {
  'account-locked': 'user-locked',
  'authentication-refused': 'login-refused',
  'invalid-parameters': 'parameters-refused',
  'malformed-response': 'unexpected-page',
  'not-found': 'wrong-base-url',
  'not-subscribed': 'not-subscribed',
  'rate-limited': 'throttled',
  'retry-budget-exhausted': 'failing-server',
  network: 'connection-failed',
  server: 'api-failed',
  timeout: 'slow-server',
  'unexpected-response': 'api-failed',
  // The rest does not come from a request that the doctor makes.
  aborted: 'api-failed',
  configuration: 'api-failed',
  incomplete: 'api-failed',
};

function withFullStop(summary: Phrase): Phrase {
  return typeof summary === 'string' ? `${summary}.` : [...summary, '.'];
}
