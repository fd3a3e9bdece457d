// npm run chaos [-- --runs N --http-runs N --seed N --path P]: the tests with servers that misbehave in drawn ways, with
// more draws and a new seed each time.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    'http-runs': { type: 'string', default: '2000' },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
});
const { runs, 'http-runs': httpRuns, seed = String(Date.now() % 2 ** 31), path } = values;
console.log(`${runs} draws for the engine, ${httpRuns} over HTTP. To repeat them: npm run chaos -- --seed ${seed}`);

const root = join(import.meta.dirname, '..');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const tests = ['test/call-logs/engine/adversary.test.ts', 'test/chaos'];
const { status } = spawnSync(process.execPath, ['--experimental-vm-modules', jest, ...tests], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_RUNS: runs,
    CHAOS_HTTP_RUNS: httpRuns,
    CHAOS_SEED: seed,
    ...(path === undefined ? {} : { CHAOS_PATH: path }),
  },
});
process.exitCode = status ?? 1;
