const assert = require('node:assert/strict');

/** Keeps the last month of the sandbox in a DuckDB file, and makes the figures of what is in it. */
exports.keepMonth = async (
  { createReportsClient, makeFigures, renderReport, startSandbox, createDuckDBStore, createPostgresStore, sync },
  file,
) => {
  const sandbox = await startSandbox();
  const store = createDuckDBStore(file);
  try {
    const { accountId, baseUrl, tokenUrl, credentials } = sandbox;
    const client = createReportsClient({ accountId, baseUrl, tokenUrl, auth: credentials });
    const account = { id: accountId, timeZone: 'America/New_York' };
    const since = new Date(Date.now() - 30 * 86_400_000);
    const { complete, stored, range } = await sync({ client, store, account, since });
    assert.ok(complete && stored > 0);

    async function* pages() {
      for await (const calls of store.callsOf(accountId, range)) yield { calls };
    }
    const figures = await makeFigures(pages(), { timeZone: account.timeZone, range, source: 'store' });
    assert.equal(figures.basis.rows, stored);
    assert.match(await renderReport(figures), /<svg/);
    console.log(`kept ${stored} calls in DuckDB, and drew them`);
  } finally {
    await store.close();
    await sandbox.stop();
  }

  // The driver of PostgreSQL is there, and finds no server.
  const nowhere = createPostgresStore('postgres://127.0.0.1:1/calls');
  await assert.rejects(nowhere.open({ id: '1', timeZone: 'UTC' }), { name: 'StoreError', code: 'unavailable' });
};
