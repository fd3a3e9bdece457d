import type { SandboxSwitches } from '../switches.ts';

import type { Answer } from './answer.ts';

/** A fault of the gateway (facts 28 and 29). */
export interface GatewayFault {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly description: string;
  readonly shape?: 'wrapped' | 'flat';
  readonly headers?: Readonly<Record<string, string>>;
  /** When the next request is let through, as the gateway writes it (fact 30). */
  readonly nextAccessTime?: string;
}

type FaultStyle = Pick<SandboxSwitches, 'faultShape' | 'xmlFaults'>;

const THROTTLE_CODES = { first: 900_800, last: 900_807 } as const;

/** Writes a fault as JSON, wrapped or flat, or as XML where `Accept` isn't exactly `application/json` (fact 28). */
export function gatewayAnswer(fault: GatewayFault, accept: string | undefined, style: FaultStyle): Answer {
  const isXml = style.xmlFaults === 'always' || (style.xmlFaults !== 'never' && accept !== 'application/json');
  return {
    status: fault.status,
    headers: { 'Content-Type': isXml ? 'application/xml' : 'application/json', ...fault.headers },
    body: isXml ? asXml(fault) : JSON.stringify(asJson(fault, fault.shape ?? style.faultShape)),
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
