/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  // scripts/stryker: in one process, in a twentieth of Jest's time. `--jest` has Jest's own.
  testRunner: 'in-process',
  plugins: ['@stryker-mutator/*', './scripts/stryker/in-process.mjs'],
  jest: {
    projectType: 'custom',
    configFile: 'test/pure-rooms.jest.config.js',
    enableFindRelatedTests: true,
  },
  coverageAnalysis: 'perTest',
  mutate: [
    'src/incident/**/*.ts',
    'src/evidence/**/*.ts',
    'src/notice/guard-message.ts',
    'src/smtp/reply-parser.ts',
    'src/smtp/reply-text.ts',
    'src/smtp/trouble.ts',
    // Shapes for zod, and texts that are frozen.
    '!src/incident/*-schema.ts',
    '!src/incident/older-holds.ts',
  ],
  // Most strings are words for people. Those that rules compare are typed, so that a wrong one does not compile.
  mutator: { excludedMutations: ['StringLiteral'] },
  // What is evaluated once, when a file is loaded, would need all tests for each.
  ignoreStatic: true,
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['json', 'clear-text'],
  jsonReporter: { fileName: '.local/stryker/report.json' },
  clearTextReporter: { logTests: false, allowColor: false },
  tempDirName: '.local/stryker/sandbox',
  ignorePatterns: ['.local'],
  incremental: true,
  incrementalFile: '.local/stryker/incremental.json',
  concurrency: 2,
  // On a busy machine a slow test is no endless loop.
  timeoutMS: 10_000,
  // The compiler that we use has no interface for what Stryker asks of it; swc drops the types.
  tsconfigFile: 'none',
  allowEmpty: true,
};
