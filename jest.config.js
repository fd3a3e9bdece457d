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
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', swc],
  },
};
