// The same package from a CommonJS module: its declarations are those of the CommonJS bundle.
import reports = require('vbc-reports');
import sandbox = require('vbc-reports/sandbox');

const client: reports.ReportsClient = reports.createReportsClient({ accountId: '913874', auth: () => 'a token' });

async function first(): Promise<reports.CallLog | undefined> {
  const calls = await client.callLogs.list({ from: '2026-01-01', to: '2026-02-01' }).toArray({ limit: 1 });
  return calls[0];
}

export = { first, start: sandbox.startSandbox };
