// A process of its own: node --import tsx bench/memory-reader.ts SETTINGS. Reads January 2026 and writes its peak memory.
import { createReportsClient } from '../src/index.ts';
import type { Sandbox } from '../src/sandbox.ts';

const settings = JSON.parse(process.argv[2] ?? '') as Pick<
  Sandbox,
  'accountId' | 'baseUrl' | 'tokenUrl' | 'credentials'
>;
const { credentials: auth, ...options } = settings;
const client = createReportsClient({ ...options, auth });

let found = 0;
for await (const { calls } of client.callLogs.list({ from: '2026-01-01', to: '2026-02-01' }).pages()) {
  found += calls.length;
}
console.log(JSON.stringify({ found, peakKilobytes: process.resourceUsage().maxRSS }));
