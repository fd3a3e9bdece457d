import config from './jest.config.js';

// Read by test/support/draws.ts, and by tests that are skipped without it.
process.env.LONG_TESTS = '1';

/** Tests of `npm test` that draw their cases, and draw many more here. */
const withMoreDraws = [
  'call-logs/engine/adversary',
  'call-logs/engine/ledger',
  'chaos/chaos',
  'chaos/servers',
  'contract/client-prism',
  'core/auth/login-adversaries',
  'core/auth/token-state',
  'core/http/body-parser',
  'core/time/every-zone',
  'drift/fingerprints',
  'tools/cli/commands/resume',
  'tools/export/kill',
  'tools/export/resume-model',
  'tools/report/figures',
  'tools/sync/duckdb-store',
  'tools/sync/postgres/failures',
  'tools/sync/postgres/store',
  'tools/sync/plan',
  'tools/sync/sync',
  'tools/token-store/file-token-store',
  'tools/token-store/postgres-token-store',
  'tools/token-store/token-cipher',
  'tools/worker/request-budget',
];

/**
 * `npm run test:long`: the same promises over many more cases, which take minutes.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testMatch: ['**/*.long.test.ts', ...withMoreDraws.map((name) => `**/${name}.test.ts`)],
  testPathIgnorePatterns: ['/node_modules/'],
};
