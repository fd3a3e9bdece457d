// A program's own test, in a project without ES modules: its code reads calls, the sandbox answers.
const { createReportsClient, ReportsError } = require('vbc-reports');
const { makeFigures, renderReport } = require('vbc-reports/report');
const { startSandbox } = require('vbc-reports/sandbox');

let sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox.stop();
});

test('calls can be read', async () => {
  const { accountId, baseUrl, tokenUrl, credentials } = sandbox;
  const client = createReportsClient({ accountId, baseUrl, tokenUrl, auth: credentials });
  const year = new Date().getUTCFullYear() - 1;
  const calls = await client.callLogs.list({ from: `${year}-01-01`, to: `${year}-01-08` }).toArray({ limit: 5 });
  expect(calls).toHaveLength(5);
  expect(await renderReport(await makeFigures([{ calls }]))).toContain('<svg');
});

test('errors can be told by their class', () => {
  expect(() => createReportsClient({ accountId: 'self', auth: 'a token' })).toThrow(ReportsError);
});
