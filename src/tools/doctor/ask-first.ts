import { InvalidParametersError } from '../../core/errors/index.ts';
import type { Sent } from '../../core/http/send.ts';
import { recentCalls } from './queries.ts';
import type { Visit } from './visit.ts';

/** The answer that most checks go by. */
export interface FirstAnswer {
  readonly sent: Sent;
  /** The undocumented parameter `order` was refused, and then left out (fact 16). */
  readonly orderRefused: boolean;
}

/** A small page of the newest calls. */
export async function askFirst(visit: Visit, now: Date): Promise<FirstAnswer> {
  const query = recentCalls(now);
  const sent = await visit.ask({ ...query, order: 'desc' });
  const { error } = sent;
  const orderRefused =
    error instanceof InvalidParametersError && error.invalidParameters.some(({ name }) => name === 'order');
  return { sent: orderRefused ? await visit.ask(query) : sent, orderRefused };
}
