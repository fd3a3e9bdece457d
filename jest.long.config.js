import config from './jest.config.js';

/**
 * `npm run test:long`: the same promises over many more cases, which take minutes.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testMatch: ['**/*.long.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
