// npm run chaos [-- --runs N --seed N --path P]: runs the chaos test with more draws, and a new seed each time.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const seed = values.seed ?? String(Date.now() % 2 ** 31);
console.log(`${values.runs} draws. To repeat them: npm run chaos -- --runs ${values.runs} --seed ${seed}`);

const root = join(import.meta.dirname, '..');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(process.execPath, ['--experimental-vm-modules', jest, 'test/chaos'], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_RUNS: values.runs,
    CHAOS_SEED: seed,
    ...(values.path === undefined ? {} : { CHAOS_PATH: values.path }),
  },
});
process.exitCode = status ?? 1;
