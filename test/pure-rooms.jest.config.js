/** The tests that need no database, Temporal or relay: for Stryker (stryker.config.mjs). */
const { globalSetup: _, globalTeardown: __, ...config } = require('../jest.config.js');

module.exports = {
  ...config,
  rootDir: '..',
  testMatch: [
    '<rootDir>/test/{incident,evidence}/**/*.test.ts',
    '<rootDir>/test/notice/guard*.test.ts',
    '<rootDir>/test/smtp/{reply*,queue-id,trouble}.test.ts',
  ],
};
