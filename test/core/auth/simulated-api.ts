import type { ClientAuthoriser } from '../../../src/core/auth/authoriser.ts';
import { patient } from './set-up.ts';

/** Returns the API's response to the nth use of a token, counted from 1. */
export type Judge = (token: string, use: number) => 'accepted' | 'refused';

export interface SimulatedApi {
  /** One request as the attempt loop makes it: replays as long as it is told to. Resolves with the problem of a final refusal, if any. */
  request(): Promise<string | undefined>;
  /** The number of uses of each token. */
  readonly uses: ReadonlyMap<string, number>;
}

/** The API, which checks tokens and nothing else. `answered` resolves when an answer is to arrive. */
export function simulateApi(
  authoriser: ClientAuthoriser,
  judge: Judge,
  answered: (verdict: 'accepted' | 'refused') => Promise<void> = async () => Promise.resolve(),
): SimulatedApi {
  const uses = new Map<string, number>();
  return {
    uses,
    async request() {
      for (let renewals = 0; ;) {
        const token = await authoriser.authorise(patient());
        const use = (uses.get(token) ?? 0) + 1;
        uses.set(token, use);
        const verdict = judge(token, use);
        await answered(verdict);
        if (verdict === 'accepted') {
          authoriser.accepted(token);
          return undefined;
        }
        const refusal = authoriser.refused({ token, faultCode: '900901', renewals });
        if (!refusal.replay) return refusal.problem;
        if (refusal.renews) renewals += 1;
      }
    },
  };
}

/** Runs `count` requests, at most `concurrency` at once; the problems of those that failed. */
export async function runRequests(api: SimulatedApi, count: number, concurrency: number): Promise<string[]> {
  const problems: string[] = [];
  let started = 0;
  async function worker(): Promise<void> {
    while (started < count) {
      started += 1;
      const problem = await api.request();
      if (problem !== undefined) problems.push(problem);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker));
  return problems;
}
