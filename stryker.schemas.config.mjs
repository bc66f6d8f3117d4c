import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import rules from './stryker.config.mjs';

/** What `.meta()` holds is words for people, of which the docs are made: test/docs compares those. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'words', {
    shouldIgnore: ({ node, parent }) =>
      node.type === 'ObjectExpression' && parent?.callee?.property?.name === 'meta'
        ? 'words for people'
        : undefined,
  }),
];

/**
 * The schemas of the incident file (`npm run stryker -- --schemas`). They are made once, when a file is loaded, so each change costs all
 * tests: here those of their limits alone.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  ...rules,
  mutate: ['src/incident/*-schema.ts'],
  jest: {
    ...rules.jest,
    config: { testMatch: ['<rootDir>/test/incident/*-schema.test.ts'] },
    enableFindRelatedTests: false,
  },
  ignoreStatic: false,
  plugins: [...rules.plugins, './stryker.schemas.config.mjs'],
  ignorers: ['words'],
  jsonReporter: { fileName: '.local/stryker/schemas.json' },
  incrementalFile: '.local/stryker/schemas-incremental.json',
};
