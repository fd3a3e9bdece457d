// A plain reading on any runtime that has Node's `process`: node, deno or bun read.mjs SETTINGS
import { createReportsClient, ReportsError } from 'vbc-reports';

const { range, settings } = JSON.parse(process.argv[2]);
const client = createReportsClient(settings);

const calls = await client.callLogs.list(range).toArray();
const ids = new Set(calls.map(({ id }) => id));
if (ids.size !== calls.length) throw new Error('a call was read twice');

const { password: _, ...login } = settings.auth;
const stranger = createReportsClient({ ...settings, auth: { ...login, password: 'wrong' } });
try {
  await stranger.callLogs.list(range).toArray();
  throw new Error('a wrong password was accepted');
} catch (error) {
  if (!(error instanceof ReportsError) || error.code !== 'authentication-refused') throw error;
}

console.log(JSON.stringify({ calls: calls.length }));
