// An ES module that uses every entry: the sandbox, the client on it, the document, the token file.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as reports from 'vbc-reports';
import { createFileTokenStore } from 'vbc-reports/node';
import document from 'vbc-reports/openapi.json' with { type: 'json' };
import { makeFigures, renderReport } from 'vbc-reports/report';
import { startSandbox } from 'vbc-reports/sandbox';
import { createDuckDBStore, createPostgresStore, StoreError, sync } from 'vbc-reports/sync';

const { createReportsClient, ReportsError } = reports;

// A class prints under the name it is exported by.
for (const [name, value] of Object.entries(reports)) {
  if (name.endsWith('Error')) assert.equal(value.name, name);
}

// An error of one format is an instance of the other's class: a program's dependencies may load both.
const commonJs = createRequire(import.meta.url)('vbc-reports');
const wrongOptions = { accountId: 'self', auth: 'a token' };
assert.throws(() => createReportsClient(wrongOptions), commonJs.ReportsError);
assert.throws(() => commonJs.createReportsClient(wrongOptions), ReportsError);

assert.ok(document.paths['/accounts/{account_id}/call-logs']);

// The drivers are optional: without them, the error names the package to install.
for (const store of [createDuckDBStore('calls.duckdb'), createPostgresStore('postgres://127.0.0.1/calls')]) {
  const client = createReportsClient({ accountId: '913874', auth: 'a-token' });
  await assert.rejects(sync({ client, store, account: { id: '913874', timeZone: 'UTC' } }), (error) => {
    assert.ok(error instanceof StoreError);
    assert.equal(error.code, 'package');
    assert.match(error.hint, /npm install (@duckdb\/node-api|pg pg-copy-streams)/);
    return true;
  });
}

const sandbox = await startSandbox();
try {
  const { accountId, baseUrl, tokenUrl, credentials } = sandbox;
  const year = new Date().getUTCFullYear() - 1;
  const range = { from: `${year}-01-01`, to: `${year}-01-08`, timeZone: 'America/New_York' };

  const tokenStore = createFileTokenStore({ folder: 'tokens' });
  const client = createReportsClient({ accountId, baseUrl, tokenUrl, tokenStore, auth: credentials });
  const calls = await client.callLogs.list(range).toArray();
  assert.ok(calls.length > 0);
  assert.equal(new Set(calls.map(({ id }) => id)).size, calls.length);
  assert.equal((await readdir('tokens')).filter((name) => name.endsWith('.json')).length, 1);

  // The page is drawn by code that is loaded with it.
  const figures = await makeFigures(client.callLogs.list(range).pages(), { timeZone: range.timeZone });
  assert.equal(figures.basis.rows, calls.length);
  assert.match(await renderReport(figures), /^<!doctype html>[^]*<svg/i);

  const stranger = createReportsClient({ accountId, baseUrl, tokenUrl, auth: { ...credentials, password: 'wrong' } });
  await assert.rejects(stranger.callLogs.list(range).toArray(), (error) => {
    assert.ok(error instanceof ReportsError);
    assert.equal(error.code, 'authentication-refused');
    return true;
  });
  console.log(`read ${calls.length} calls from the sandbox`);
} finally {
  await sandbox.stop();
}
