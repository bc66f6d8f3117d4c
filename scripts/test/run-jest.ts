import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What Jest writes by --json (jestjs.io/docs/cli#--json), as far as we read it. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** Files that could not be run at all. */
  numRuntimeErrorTestSuites: number;
  testResults: {
    /** The path of the file. */
    name: string;
    message: string;
    assertionResults: { fullName: string; status: 'passed' | 'failed' | 'pending' | 'todo' | 'skipped' }[];
  }[];
}

export interface JestRun {
  code: number | null;
  /** Jest writes its report at the very end: null means that it did not come that far. */
  report: JestReport | null;
}

/**
 * Runs the tests of a project's folder. Ctrl-C reaches Jest too: it stops its stack, and that is waited for.
 * @param to where its output goes: our standard error, or nowhere.
 * @param seconds after which it is ended.
 */
export async function runJest(
  args: string[],
  { project, to, seconds }: { project: string; to: 'stderr' | 'nowhere'; seconds?: number },
): Promise<JestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'breach-response-test-'));
  const file = join(folder, 'report.json');
  const output = to === 'stderr' ? 2 : 'ignore';
  try {
    const jest = require.resolve('jest/bin/jest');
    const child = spawn(process.execPath, [jest, '--json', `--outputFile=${file}`, ...args], {
      cwd: project,
      stdio: ['ignore', output, output], // one stream, so that the last line is ours
      env: { ...process.env, NODE_ENV: 'test' },
    });
    const end = () => child.kill();
    const timer = seconds === undefined ? undefined : setTimeout(end, seconds * 1000);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
    clearTimeout(timer);
    return { code, report: readReport(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): JestReport | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
