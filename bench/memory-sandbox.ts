// A process of its own: node --import tsx bench/memory-sandbox.ts ROWS. Writes its settings, serves until its input ends.
import { startSandbox } from '../src/sandbox.ts';

const calls = Number(process.argv[2]);
const sandbox = await startSandbox({ calls, from: '2026-01-01', to: '2026-02-01', now: '2026-03-01' });
const { accountId, baseUrl, tokenUrl, credentials } = sandbox;
console.log(JSON.stringify({ accountId, baseUrl, tokenUrl, credentials }));
process.stdin.on('end', () => void sandbox.stop()).resume();
