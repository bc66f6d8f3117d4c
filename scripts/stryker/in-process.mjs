// Stryker loads its plugins as ES modules; the runner itself is in TypeScript.
import { createRequire } from 'node:module';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

const require = createRequire(import.meta.url);
require('tsx/cjs');
const { InProcessRunner } = require('./in-process-runner.ts');

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
