import { createAuthoriser } from '../../../src/core/auth/authoriser.ts';
import { systemClock } from '../../../src/core/http/clock.ts';
import { platformFetch } from '../../../src/core/http/attempt.ts';
import { createFileTokenStore } from '../../../src/node.ts';

// A process of its own for two-processes.test.ts: waits until a line on stdin starts it, gets a token, prints it or what failed.
const [tokenUrl = '', folder = ''] = process.argv.slice(2);

const authoriser = createAuthoriser(
  { clientId: 'client', clientSecret: 'secret', username: 'jane', password: 'password' },
  {
    tokenUrl,
    fetch: platformFetch,
    clock: systemClock,
    random: Math.random,
    store: createFileTokenStore({ folder }),
    emit: () => undefined,
    timeoutMs: 10_000,
    retry: { maxAttempts: 6, maxRetryAfterMs: 120_000 },
  },
);

process.stdout.write('ready\n');
process.stdin.once('data', () => {
  process.stdin.destroy();
  authoriser.authorise(new AbortController().signal).then(
    (token) => process.stdout.write(`token ${token}\n`),
    (error: unknown) => process.stdout.write(`failed ${error instanceof Error ? error.name : 'otherwise'}\n`),
  );
});
