import { createAuthoriser } from '../../../src/core/auth/authoriser.ts';
import { systemClock } from '../../../src/core/http/clock.ts';
import { platformFetch } from '../../../src/core/http/attempt.ts';
import { createFileTokenStore } from '../../../src/node.ts';
import { createPostgresTokenStore } from '../../../src/tools/token-store/postgres-token-store.ts';

// A process of its own: waits until a line on stdin starts it, gets a token, prints it or what failed. Its arguments are
// the URL for tokens, and the folder or the database of the token store.
const [tokenUrl = '', place = ''] = process.argv.slice(2);

const credentials = { clientId: 'client', clientSecret: 'secret', username: 'jane@vbc.prod', password: 'password' };

const authoriser = createAuthoriser(credentials, {
  tokenUrl,
  fetch: platformFetch,
  clock: systemClock,
  random: Math.random,
  store: place.startsWith('postgres:')
    ? createPostgresTokenStore(place, { credentials })
    : createFileTokenStore({ folder: place }),
  emit: () => undefined,
  timeoutMs: 10_000,
  retry: { maxAttempts: 6, maxRetryAfterMs: 120_000 },
});

process.stdout.write('ready\n');
process.stdin.once('data', () => {
  process.stdin.destroy();
  authoriser.authorise(new AbortController().signal).then(
    (token) => process.stdout.write(`token ${token}\n`),
    (error: unknown) => process.stdout.write(`failed ${error instanceof Error ? error.name : 'otherwise'}\n`),
  );
});
