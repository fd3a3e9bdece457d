// The entries that need Node.
import { createReportsClient } from 'vbc-reports';
import { createFileTokenStore } from 'vbc-reports/node';
import { makeFigures, renderReport, type Figures } from 'vbc-reports/report';
import { startSandbox } from 'vbc-reports/sandbox';
import { createDuckDBStore, sync, type SyncResult } from 'vbc-reports/sync';

await using sandbox = await startSandbox({ seed: 7 });
export const client = createReportsClient({
  accountId: sandbox.accountId,
  auth: sandbox.credentials,
  tokenStore: createFileTokenStore({ folder: 'tokens' }),
  baseUrl: sandbox.baseUrl,
  tokenUrl: sandbox.tokenUrl,
});

const account = { id: sandbox.accountId, timeZone: 'America/New_York' };
export const result: SyncResult = await sync({ client, store: createDuckDBStore('calls.duckdb'), account });

const store = createDuckDBStore('calls.duckdb');
async function* stored() {
  for await (const calls of store.callsOf(account.id, result.range)) yield { calls };
}
export const figures: Figures = await makeFigures(stored(), { timeZone: account.timeZone, range: result.range });
export const page: string = await renderReport(figures, { people: 'missed' });
