/** One embedded stack for the whole run (test/stack-up.ts); every test file makes its own database in it. */
module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }] },
  globalSetup: '<rootDir>/test/stack-up.ts',
  globalTeardown: '<rootDir>/test/stack-down.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
};
