// The entries that need Node.
import { createReportsClient } from 'vbc-reports';
import * as node from 'vbc-reports/node';
import { startSandbox } from 'vbc-reports/sandbox';

const sandbox = await startSandbox({ seed: 7 });
export const client = createReportsClient({
  accountId: sandbox.accountId,
  auth: sandbox.credentials,
  baseUrl: sandbox.baseUrl,
  tokenUrl: sandbox.tokenUrl,
});
export const names: string[] = Object.keys(node);
await sandbox.stop();
