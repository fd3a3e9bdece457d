const swc = {
  jsc: {
    parser: { syntax: 'typescript' },
    target: 'es2023',
    // Importing JSON without its attribute will be an error of jest.
    experimental: { keepImportAttributes: true },
  },
};

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Ends what hangs. How long a test takes is its machine's affair: some start compilers, git or servers.
  testTimeout: 120_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', swc],
  },
};
