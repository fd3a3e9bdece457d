import type { SandboxSwitches } from '../switches.ts';

import { emptyAnswer, jsonAnswer } from './answer.ts';
import type { Answer, Delivery } from './answer.ts';
import type { FaultName } from './fault.ts';
import { gatewayAnswer } from './gateway-fault.ts';
import type { GatewayFault } from './gateway-fault.ts';

/** What a fault needs to know of the request and the sandbox. */
export interface FaultContext {
  readonly accept: string | undefined;
  readonly now: Date;
  readonly switches: SandboxSwitches;
}

const THROTTLE_WAIT_MS = 1_000;

const throttle = {
  status: 429,
  code: 900_802,
  message: 'Message throttled out',
  description: 'You have exceeded your quota',
} as const;

/** The answer of a fault; those that break an answer on its way are given the good one to break (fact 31). */
export function spoil(fault: FaultName, context: FaultContext, goodAnswer: () => Answer): Answer {
  const spoiled = spoiledAnswer(fault, context, goodAnswer);
  return { ...spoiled, fault, outcome: `fault: ${fault}` };
}

const broken: Readonly<Partial<Record<FaultName, Delivery>>> = {
  'cut-body': 'cut-body',
  'malformed-body': 'malformed-body',
  'stalled-body': 'stalled-body',
};
const silent: Readonly<Partial<Record<FaultName, Delivery>>> = { reset: 'reset', stall: 'stall' };
const edgePages: Readonly<Partial<Record<FaultName, { status: number; title: string }>>> = {
  'unavailable-html': { status: 503, title: '503 Service Temporarily Unavailable' },
  'bad-gateway-html': { status: 502, title: '502 Bad Gateway' },
  'gateway-timeout-html': { status: 504, title: '504 Gateway Time-out' },
};

function spoiledAnswer(fault: FaultName, context: FaultContext, goodAnswer: () => Answer): Answer {
  const delivery = broken[fault];
  if (delivery !== undefined) return { ...goodAnswer(), delivery };
  const silence = silent[fault];
  if (silence !== undefined) return { ...emptyAnswer(200, ''), delivery: silence };
  const page = edgePages[fault];
  if (page !== undefined) return edgeAnswer(page.status, page.title);
  if (fault === 'bare-unauthorized') return emptyAnswer(401, '');
  if (fault === 'token-problem') return tokenProblem();
  const gateway = gatewayFaults(context.now)[fault];
  if (gateway === undefined) throw new TypeError(`There is no fault ${fault}.`);
  return gatewayAnswer(gateway, context.accept, context.switches);
}

/** Reports refuses a token that the gateway let through (fact 9). */
export function tokenProblem(): Answer {
  return jsonAnswer(401, { title: 'Problem with provided token', status: 401 }, 'refused: token problem');
}

/** 401 with code 900901: the token is unknown or has expired (fact 29). */
export const invalidToken: GatewayFault = {
  status: 401,
  code: 900_901,
  message: 'Invalid Credentials',
  description: 'Access failure for API: make sure you have provided the correct security credentials',
  headers: { 'WWW-Authenticate': 'OAuth2 realm="WSO2 API Manager", error="invalid_token"' },
};

function gatewayFaults(now: Date): Readonly<Partial<Record<FaultName, GatewayFault>>> {
  const next = new Date(Math.ceil((now.getTime() + THROTTLE_WAIT_MS) / 1000) * 1000);
  return {
    throttled: { ...throttle, headers: { 'Retry-After': next.toUTCString() } },
    'throttled-flat': { ...throttle, code: 900_804, shape: 'flat', nextAccessTime: accessTime(next) },
    'throttled-bare': { ...throttle, code: 900_800 },
    'throttled-under-200': { ...throttle, status: 200, shape: 'wrapped' },
    'fault-under-200': { ...backendDown, status: 200, shape: 'flat' },
    'server-error': {
      status: 500,
      code: 900_900,
      message: 'Unclassified Authentication Failure',
      description: 'Error',
    },
    'backend-down': backendDown,
    'invalid-token': invalidToken,
  };
}

const backendDown: GatewayFault = {
  status: 503,
  code: 101_503,
  message: 'Runtime Error',
  description: 'Error connecting to the back end',
};

/** An instant as the gateway's throttle writes it: `2026-Sep-12 20:00:00+0000 UTC` (fact 30). */
function accessTime(instant: Date): string {
  const [, day, month, year, time] = instant.toUTCString().split(' ');
  return `${year}-${month}-${day} ${time}+0000 UTC`;
}

function edgeAnswer(status: number, title: string): Answer {
  const body = `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`;
  return { status, headers: { 'Content-Type': 'text/html' }, body, outcome: '' };
}
