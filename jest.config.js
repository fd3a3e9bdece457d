const swc = {
  jsc: {
    parser: { syntax: 'typescript' },
    target: 'es2023',
    // Importing JSON without its attribute will be an error of jest.
    experimental: { keepImportAttributes: true },
  },
};

/**
 * `npm test`: everything but the long sweeps, which `npm run test:long` runs, and the tests in a browser, which
 * `npm run test:browser` runs.
 *
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.(long|browser)\\.test\\.ts$'],
  globalSetup: './test/support/shared-postgres.ts',
  // Ends a test that hangs. It is no measure of speed: some tests start compilers, git or servers.
  testTimeout: 120_000,
  // By itself jest leaves one core idle, which is half of a machine with two.
  maxWorkers: '100%',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', swc],
  },
};
