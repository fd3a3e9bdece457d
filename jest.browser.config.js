import config from './jest.config.js';

/**
 * `npm run test:browser`: pages as a real Chromium shows them. `npm run browser:install` installs one.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testMatch: ['**/*.browser.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // One browser at a time: each takes a core and some hundred megabytes.
  maxWorkers: 1,
};
