// The same package from a CommonJS module: its declarations are those of the CommonJS bundle.
import reports = require('vbc-reports');
import report = require('vbc-reports/report');
import sandbox = require('vbc-reports/sandbox');
import sync = require('vbc-reports/sync');

const client: reports.ReportsClient = reports.createReportsClient({ accountId: '913874', auth: () => 'a token' });

async function first(): Promise<reports.CallLog | undefined> {
  const calls = await client.callLogs.list({ from: '2026-01-01', to: '2026-02-01' }).toArray({ limit: 1 });
  return calls[0];
}

async function missed(pages: report.FiguresPages): Promise<number> {
  const figures: report.Figures = await report.makeFigures(pages);
  return figures.headline.missed;
}

function isLocked(error: unknown): boolean {
  return error instanceof sync.StoreError && error.code === 'locked';
}

export = { first, missed, isLocked, start: sandbox.startSandbox };
