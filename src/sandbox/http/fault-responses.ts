import type { SandboxSwitches } from '../switches.ts';

import type { FaultName } from './faults.ts';
import { emptyResponse, jsonResponse, type Delivery, type SandboxResponse } from './response.ts';

/** A fault of the gateway (facts 28 and 29). */
export interface GatewayFault {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly description: string;
  /** By default the shape of the `faultShape` switch. */
  readonly shape?: 'wrapped' | 'flat';
  readonly headers?: Readonly<Record<string, string>>;
  /** When the next request is let through, in the gateway's format (fact 30). */
  readonly nextAccessTime?: string;
}

/** The settings that the response to a failed request depends on. */
export interface FaultContext {
  readonly accept: string | undefined;
  readonly now: Date;
  readonly switches: Pick<SandboxSwitches, 'faultShape' | 'xmlFaults'>;
}

const THROTTLE_WAIT_MS = 1_000;
const THROTTLE_CODES = { first: 900_800, last: 900_807 } as const;

const throttle = {
  status: 429,
  code: 900_802,
  message: 'Message throttled out',
  description: 'You have exceeded your quota',
} as const;

const serverError = {
  status: 500,
  code: 900_900,
  message: 'Unclassified Authentication Failure',
  description: 'Error',
} as const;

const backendDown = {
  status: 503,
  code: 101_503,
  message: 'Runtime Error',
  description: 'Error connecting to the back end',
} as const;

/** 401 with code 900901: the token is unknown or has expired (fact 29). */
export const invalidToken: GatewayFault = {
  status: 401,
  code: 900_901,
  message: 'Invalid Credentials',
  description: 'Access failure for API: make sure you have provided the correct security credentials',
  headers: { 'WWW-Authenticate': 'OAuth2 realm="WSO2 API Manager", error="invalid_token"' },
};

type FaultResponse = (context: FaultContext, regular: () => SandboxResponse) => SandboxResponse;

const gateway = (fault: GatewayFault): FaultResponse => {
  return ({ accept, switches }) => gatewayResponse(fault, accept, switches);
};
const edge = (status: number, title: string): FaultResponse => {
  const body = `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`;
  return () => ({ ...emptyResponse(status, '', { 'Content-Type': 'text/html' }), body });
};
/** Breaks the regular response on its way (fact 31). */
const broken = (delivery: Delivery): FaultResponse => {
  return (_context, regular) => ({ ...regular(), delivery });
};
/** Sends nothing. The request is not processed. */
const silent = (delivery: Delivery): FaultResponse => {
  return () => ({ ...emptyResponse(200, ''), delivery });
};

const responses: Readonly<Record<FaultName, FaultResponse>> = {
  throttled: ({ accept, now, switches }) => {
    const headers = { 'Retry-After': nextAccess(now).toUTCString() };
    return gatewayResponse({ ...throttle, headers }, accept, switches);
  },
  'throttled-flat': ({ accept, now, switches }) => {
    const nextAccessTime = gatewayTime(nextAccess(now));
    return gatewayResponse({ ...throttle, code: 900_804, shape: 'flat', nextAccessTime }, accept, switches);
  },
  'throttled-bare': gateway({ ...throttle, code: 900_800 }),
  'throttled-under-200': gateway({ ...throttle, status: 200, shape: 'wrapped' }),
  'fault-under-200': gateway({ ...backendDown, status: 200, shape: 'flat' }),
  'server-error': gateway(serverError),
  'backend-down': gateway(backendDown),
  'unavailable-html': edge(503, '503 Service Temporarily Unavailable'),
  'bad-gateway-html': edge(502, '502 Bad Gateway'),
  'gateway-timeout-html': edge(504, '504 Gateway Time-out'),
  'invalid-token': gateway(invalidToken),
  'token-problem': tokenProblem,
  'bare-unauthorized': () => emptyResponse(401, ''),
  reset: silent('reset'),
  'cut-body': broken('cut-body'),
  'malformed-body': broken('malformed-body'),
  stall: silent('stall'),
  'stalled-body': broken('stalled-body'),
};

/**
 * Makes the response of a fault. Faults that break a response on its way process the request and break the regular
 * one.
 */
export function faultResponse(
  fault: FaultName,
  context: FaultContext,
  regular: () => SandboxResponse,
): SandboxResponse {
  return { ...responses[fault](context, regular), fault, outcome: `fault: ${fault}` };
}

/** Reports refuses a token that the gateway accepted (fact 9). */
export function tokenProblem(): SandboxResponse {
  return jsonResponse(401, { title: 'Problem with provided token', status: 401 }, 'refused: token problem');
}

/** Writes a fault as JSON, wrapped or flat, or as XML where `Accept` is not exactly `application/json` (fact 28). */
export function gatewayResponse(
  fault: GatewayFault,
  accept: string | undefined,
  { faultShape, xmlFaults }: FaultContext['switches'],
): SandboxResponse {
  const isXml = xmlFaults === 'always' || (xmlFaults !== 'never' && accept !== 'application/json');
  return {
    status: fault.status,
    headers: { 'Content-Type': isXml ? 'application/xml' : 'application/json', ...fault.headers },
    body: isXml ? asXml(fault) : JSON.stringify(asJson(fault, fault.shape ?? faultShape)),
    outcome: `refused: ${fault.code}`,
  };
}

function asJson({ code, message, description, nextAccessTime }: GatewayFault, shape: 'wrapped' | 'flat'): unknown {
  const next = nextAccessTime === undefined ? {} : { nextAccessTime };
  if (shape === 'flat') return { code: String(code), message, description, ...next };
  return { fault: { code, message, description, ...next } };
}

function asXml({ code, message, description, nextAccessTime }: GatewayFault): string {
  const isThrottle = code >= THROTTLE_CODES.first && code <= THROTTLE_CODES.last;
  const [prefix, namespace] = isThrottle ? ['amt', 'throttling'] : ['ams', 'security'];
  const fields = Object.entries({ code, message, description, ...(nextAccessTime && { nextAccessTime }) });
  const inner = fields.map(([name, value]) => `<${prefix}:${name}>${value}</${prefix}:${name}>`).join('');
  return `<${prefix}:fault xmlns:${prefix}="http://wso2.org/apimanager/${namespace}">${inner}</${prefix}:fault>`;
}

/** Returns a whole second, as HTTP dates have no fractions. */
function nextAccess(now: Date): Date {
  return new Date(Math.ceil((now.getTime() + THROTTLE_WAIT_MS) / 1000) * 1000);
}

/** Writes an instant in the format of the gateway's throttle: `2026-Sep-12 20:00:00+0000 UTC` (fact 30). */
function gatewayTime(instant: Date): string {
  const [, day, month, year, time] = instant.toUTCString().split(' ');
  return `${year}-${month}-${day} ${time}+0000 UTC`;
}
