/** One embedded stack for the whole run (test/stack-up.ts); every test file makes its own database in it. */
module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': commonJs({ syntax: 'typescript' }),
    // Packages of ES modules only, which Node itself can require and Jest cannot.
    '/node_modules/(?:leven|syllable)/.+\\.js$': commonJs({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: ['/node_modules/(?!leven/|syllable/)'],
  globalSetup: '<rootDir>/test/stack-up.ts',
  globalTeardown: '<rootDir>/test/stack-down.ts',
  // It only ends a hang: how long a test takes is no matter of right or wrong. A file of whole runs allows more (test/long-runs.ts).
  testTimeout: 180_000,
  // Much of the time is waiting, for leases and time-outs of real parts: 15 min on two cores instead of 17.
  maxWorkers: 3,
};

function commonJs(parser) {
  return ['@swc/jest', { jsc: { parser, target: 'es2022' }, module: { type: 'commonjs' } }];
}
