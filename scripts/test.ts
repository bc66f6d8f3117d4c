import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../src/operator/parts/this-machine';
import { failedChecks } from './check';

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
  const totals = await runJest(args);
  totals.failed += checksFailed;
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exitCode = totals.failed === 0 ? 0 : 1;
}

async function runJest(args: string[]): Promise<Totals> {
  const folder = mkdtempSync(join(tmpdir(), 'breach-response-test-'));
  const report = join(folder, 'report.json');
  try {
    const code = await new Promise<number | null>((resolve) => {
      const jest = require.resolve('jest/bin/jest');
      const child = spawn(process.execPath, [jest, '--json', `--outputFile=${report}`, ...args], {
        cwd: projectFolder,
        stdio: ['ignore', 2, 2], // one stream, so that the last line is ours
        env: { ...process.env, NODE_ENV: 'test' },
      });
      // Ctrl-C reaches jest too: it stops its stack, and we wait for that.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
      child.once('close', resolve);
    });
    return totalsOf(readReport(report), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that could not be run at all. */
  numRuntimeErrorTestSuites: number;
}

/** Jest writes its report at the very end: none means that it did not come that far. */
function readReport(file: string): JestReport | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function totalsOf(report: JestReport | null, code: number | null): Totals {
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
