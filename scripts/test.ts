import { projectFolder } from '../src/operator/parts/this-machine';
import { failedChecks } from './check';
import { type JestRun, runJest } from './test/run-jest';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * `npm test [-- JEST ARGUMENTS]`: lint, types and all tests; with arguments only the tests that they name. The last line
 * is always `N passed, N failed, N skipped`; a failed check counts as one failed.
 */
async function main(args: string[]): Promise<void> {
  const checksFailed = args.length === 0 ? failedChecks().length : 0;
  const totals = totalsOf(await runJest(args, { project: projectFolder, to: 'stderr' }));
  totals.failed += checksFailed;
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exitCode = totals.failed === 0 ? 0 : 1;
}

function totalsOf({ report, code }: JestRun): Totals {
  if (report === null) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    // Something else may have failed (the teardown): jest's own verdict counts.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

main(process.argv.slice(2));
