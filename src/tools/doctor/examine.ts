import { ConfigurationError } from '../../core/errors/index.ts';
import { askFirst, type FirstAnswer } from './ask-first.ts';
import { type AccessStep, judgeAccess } from './check-access.ts';
import { checkApiHost, checkTokenHost } from './check-hosts.ts';
import { checkLogin, checkScope } from './check-login.ts';
import { failed, type Outcome, passed, type Step, type StepName, stepNames, type StepOutcome } from './step.ts';
import { type Survey, survey } from './survey.ts';
import type { Visit } from './visit.ts';

export interface Examination {
  readonly steps: readonly Step[];
  /** The step that failed first, if one did. */
  readonly failure: Extract<Step, { status: 'failed' }> | undefined;
  /** What the answers tell of the live API; undefined if there were none. */
  readonly survey: Survey | undefined;
  /** Undefined if the settings allow no visit. */
  readonly visit: Visit | undefined;
}

export interface ExamineOptions {
  /** Rejects with a `ConfigurationError` for settings that are missing or can't be meant. */
  readonly open: () => Promise<Visit>;
  readonly now: Date;
  readonly onStep: (step: Step) => void;
}

/** What a check needs of those before it; a check that needs a failed one is not made. */
const needs: Readonly<Record<StepName, readonly StepName[]>> = {
  settings: [],
  'token-host': ['settings'],
  'api-host': ['settings'],
  login: ['token-host'],
  scope: ['login'],
  token: ['scope', 'api-host'],
  subscription: ['token'],
  access: ['subscription'],
  calls: ['access'],
};

/**
 * Checks set-up step by step, makes each check that can still be told, and looks at what came back. Makes one login at
 * most. Rejects only when aborted.
 */
export async function examine({ open, now, onStep }: ExamineOptions): Promise<Examination> {
  const { visit, outcome } = await openVisit(open);
  const checks = visit && checksOf(visit, now);
  const steps: Step[] = [];
  for (const name of stepNames) {
    const check = name === 'settings' || !checks ? () => outcome : checks[name];
    const step = { name, ...(await checkIfPossible(name, steps, check)) };
    steps.push(step);
    onStep(step);
  }
  const failure = steps.find((step) => step.status === 'failed');
  return { steps, failure, visit, survey: await checks?.survey() };
}

type Check = () => Outcome | Promise<Outcome>;

interface Checks extends Readonly<Record<Exclude<StepName, 'settings'>, Check>> {
  survey(): Promise<Survey | undefined>;
}

function checksOf(visit: Visit, now: Date): Checks {
  let asking: Promise<FirstAnswer> | undefined;
  // One request tells of four steps.
  const judge = (step: AccessStep) => async () =>
    judgeAccess(step, (await (asking ??= askFirst(visit, now))).sent, visit);
  return {
    'token-host': () => checkTokenHost(visit),
    'api-host': () => checkApiHost(visit, now),
    login: () => checkLogin(visit),
    scope: () => checkScope(visit),
    token: judge('token'),
    subscription: judge('subscription'),
    access: judge('access'),
    calls: judge('calls'),
    survey: async () => asking && survey(visit, await asking, now),
  };
}

async function checkIfPossible(name: StepName, before: readonly Step[], check: Check): Promise<StepOutcome> {
  const missing = before.find((step) => needs[name].includes(step.name) && isMissing(step));
  return missing === undefined ? await check() : { status: 'not-checked', detail: 'cannot be told' };
}

function isMissing({ status }: Step): boolean {
  return status === 'failed' || status === 'not-checked';
}

async function openVisit(open: ExamineOptions['open']): Promise<{ readonly visit?: Visit; readonly outcome: Outcome }> {
  try {
    const visit = await open();
    const means = visit.logsIn ? 'user name and password' : 'an access token';
    return { visit, outcome: passed(`account ${visit.accountId}, with ${means}`) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { message, hint } = error;
    const detail = hint === undefined ? message : message.replace(hint, '').trimEnd();
    return { outcome: failed('settings', detail, hint) };
  }
}
