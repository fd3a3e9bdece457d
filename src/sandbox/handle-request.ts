import { createCallLogsEndpoint } from './call-logs/answer-call-logs.ts';
import { documentedParameters } from './call-logs/read-query.ts';
import type { CallStore } from './call-store.ts';
import { jsonAnswer } from './faults/answer.ts';
import type { Answer } from './faults/answer.ts';
import type { Faults } from './faults/fault-script.ts';
import { spoil } from './faults/spoil.ts';
import type { SandboxRequest } from './read-request.ts';
import type { SandboxSettings } from './sandbox-options.ts';
import type { ApiTime } from './wire-time/api-time.ts';
import { createAuthorizeEndpoint } from './tokens/authorize-endpoint.ts';
import { authorizeRequest } from './tokens/authorize-request.ts';
import { createTokenEndpoint } from './tokens/token-endpoint.ts';
import { TokenStore } from './tokens/token-store.ts';

/** What a request came to. */
export interface Handled {
  /** The documented parameters of a request for call logs. */
  readonly query: Readonly<Record<string, string>>;
  /** The page asked for, from 1. */
  readonly page: number | undefined;
  readonly answer: Answer;
}

/** Decides what each request is answered with: the edge first (faults, throttle), then the gateway, then Reports. */
export function createHandler(
  settings: SandboxSettings,
  store: CallStore,
  faults: Faults,
  time: ApiTime,
): (request: SandboxRequest, isTooMany: boolean) => Handled {
  const { switches } = settings;
  const tokens = new TokenStore();
  const answerToken = createTokenEndpoint(settings, tokens);
  const answerAuthorize = createAuthorizeEndpoint(settings, tokens);
  const answerCallLogs = createCallLogsEndpoint(store, time, switches);

  const goodAnswer = (request: SandboxRequest, query: Handled['query']): Answer => {
    const { headers, now, route } = request;
    const { authorization, accept } = headers;
    if (route.endpoint === 'token') {
      return answerToken({ authorization, form: new URLSearchParams(request.body), now: now.getTime() });
    }
    if (route.endpoint === 'authorize') return answerAuthorize(request.parameters, now.getTime());
    if (route.endpoint === 'other') return notFound();
    const reports = { authorization, accept, accountId: route.accountId, now: now.getTime() };
    return (
      authorizeRequest(reports, settings, tokens) ??
      answerCallLogs({ number: request.number, path: request.path, given: query, now })
    );
  };

  return (request, isTooMany) => {
    const { endpoint } = request.route;
    const query = endpoint === 'call-logs' ? documentedParameters(request.parameters) : {};
    const page = endpoint === 'call-logs' ? pageOf(query) : undefined;
    const fault = isTooMany ? switches.throttleFault : faults.next({ endpoint, page });
    const context = { accept: request.headers.accept, now: request.now, switches };
    const good = (): Answer => goodAnswer(request, query);
    return { query, page, answer: fault === undefined ? good() : spoil(fault, context, good) };
  };
}

function pageOf({ page = '1' }: Handled['query']): number | undefined {
  return /^\d+$/.test(page) ? Number(page) : undefined;
}

function notFound(): Answer {
  const fault = { code: 404, message: 'Not Found', description: 'No matching resource found for given API Request' };
  return jsonAnswer(404, { fault }, 'refused: not found');
}
