// The same from a CommonJS module.
const assert = require('node:assert/strict');
const reports = require('vbc-reports');
const { createFileTokenStore } = require('vbc-reports/node');
const document = require('vbc-reports/openapi.json');
const { makeFigures, renderReport } = require('vbc-reports/report');
const { startSandbox } = require('vbc-reports/sandbox');
const { createDuckDBStore } = require('vbc-reports/sync');

const { createReportsClient, ReportsError } = reports;

async function main() {
  // A class prints under the name it is exported by.
  for (const [name, value] of Object.entries(reports)) {
    if (name.endsWith('Error')) assert.equal(value.name, name);
  }
  assert.ok(document.paths['/accounts/{account_id}/call-logs']);
  assert.equal(typeof createFileTokenStore({ folder: 'unused' }).read, 'function');
  assert.throws(() => createReportsClient({ accountId: 'self', auth: 'a token' }), ReportsError);

  const account = { id: '913874', timeZone: 'UTC' };
  await assert.rejects(createDuckDBStore('calls.duckdb').open(account), { name: 'StoreError', code: 'package' });

  const sandbox = await startSandbox();
  try {
    const { accountId, baseUrl, tokenUrl, credentials } = sandbox;
    const year = new Date().getUTCFullYear() - 1;
    const client = createReportsClient({ accountId, baseUrl, tokenUrl, auth: credentials });
    const calls = await client.callLogs.list({ from: `${year}-01-01`, to: `${year}-01-08` }).toArray();
    assert.ok(calls.length > 0);
    assert.match(await renderReport(await makeFigures([{ calls }])), /^<!doctype html>[^]*<svg/i);
    console.log(`read ${calls.length} calls from the sandbox`);
  } finally {
    await sandbox.stop();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
