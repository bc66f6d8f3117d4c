import { runChecks } from './checks';

/** `npm run check`: lint, format and types, no tests. */
process.exitCode = runChecks().length === 0 ? 0 : 1;
