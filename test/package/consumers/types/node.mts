// The entries that need Node.
import { createReportsClient } from 'vbc-reports';
import { createFileTokenStore } from 'vbc-reports/node';
import { startSandbox } from 'vbc-reports/sandbox';

await using sandbox = await startSandbox({ seed: 7 });
export const client = createReportsClient({
  accountId: sandbox.accountId,
  auth: sandbox.credentials,
  tokenStore: createFileTokenStore({ folder: 'tokens' }),
  baseUrl: sandbox.baseUrl,
  tokenUrl: sandbox.tokenUrl,
});
