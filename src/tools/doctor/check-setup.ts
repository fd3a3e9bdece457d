import { ConfigurationError } from '../../core/errors/index.ts';
import type { ApiProbe, ProbeCosts } from './api-probe.ts';
import { checkAccess, checkApiHost, checkLogin, checkScope, checkTokenHost } from './checks.ts';
import { type Outcome, passed, type Step, type StepName, stepNames, type StepOutcome } from './steps.ts';
import { askFirst, type FirstResponse, type Survey, survey } from './survey.ts';

/** The doctor's findings. */
export interface SetupReport {
  readonly steps: readonly Step[];
  /** The first step that failed, if one did. */
  readonly failure: Extract<Step, { status: 'failed' }> | undefined;
  /** Observations of the live API; undefined if there were no responses. */
  readonly survey: Survey | undefined;
  /** Undefined if the settings allow no request. */
  readonly costs: ProbeCosts | undefined;
}

export interface CheckSetupOptions {
  /** Rejects with a `ConfigurationError` for settings that are missing or invalid. */
  readonly open: () => Promise<ApiProbe>;
  readonly now: Date;
  /** Called as each check ends. */
  readonly onStep: (step: Step) => void;
}

/** The checks that must not have failed before each check is made. */
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
 * Checks a set-up step by step, makes each check that is still possible, and surveys the responses. Makes one login at
 * most. Rejects only if the probe's signal is aborted.
 */
export async function checkSetup({ open, now, onStep }: CheckSetupOptions): Promise<SetupReport> {
  const { probe, outcome } = await openProbe(open);
  const checks = probe && checksOf(probe, now);
  const steps: Step[] = [];
  for (const name of stepNames) {
    const check = name === 'settings' || !checks ? () => outcome : checks[name];
    const step = { name, ...(await checkIfPossible(name, steps, check)) };
    steps.push(step);
    onStep(step);
  }
  const failure = steps.find((step) => step.status === 'failed');
  return { steps, failure, survey: await checks?.survey(), costs: probe?.costs };
}

type Check = () => Outcome | Promise<Outcome>;

interface Checks extends Readonly<Record<Exclude<StepName, 'settings'>, Check>> {
  survey(): Promise<Survey | undefined>;
}

function checksOf(probe: ApiProbe, now: Date): Checks {
  let asking: Promise<FirstResponse> | undefined;
  // One request decides four steps.
  const access = (step: 'token' | 'subscription' | 'access' | 'calls') => async () =>
    checkAccess(step, (await (asking ??= askFirst(probe, now))).sent, probe);
  return {
    'token-host': () => checkTokenHost(probe),
    'api-host': () => checkApiHost(probe, now),
    login: () => checkLogin(probe),
    scope: () => checkScope(probe),
    token: access('token'),
    subscription: access('subscription'),
    access: access('access'),
    calls: access('calls'),
    survey: async () => asking && survey(probe, await asking, now),
  };
}

async function checkIfPossible(name: StepName, before: readonly Step[], check: Check): Promise<StepOutcome> {
  const missing = before.find((step) => needs[name].includes(step.name) && isMissing(step));
  return missing === undefined ? await check() : { status: 'not-checked', detail: 'an earlier check failed' };
}

function isMissing({ status }: Step): boolean {
  return status === 'failed' || status === 'not-checked';
}

async function openProbe(
  open: CheckSetupOptions['open'],
): Promise<{ readonly probe?: ApiProbe; readonly outcome: Outcome }> {
  try {
    const probe = await open();
    const means = probe.logsIn ? 'user name and password' : 'an access token';
    return { probe, outcome: passed(`account ${probe.accountId}, with ${means}`) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { summary, hint = 'Correct the setting, then run the doctor again.' } = error.parts;
    const detail = typeof summary === 'string' ? `${summary}.` : [...summary, '.'];
    return { outcome: { status: 'failed', problem: 'settings', detail, remedy: hint } };
  }
}
