import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lastLine, runProgram } from './run-program';

/** Without a network it fails in milliseconds; on a slow one the next way gets its turn. */
const SECONDS = 10;

// The SDK downloads only on the way to starting a server. `--help` makes that server print its help and end, so none
// ever runs, and a process of its own can be ended in the middle of a download.
const PROGRAM = `
const { TestWorkflowEnvironment } = require('@temporalio/testing');
const [version, downloadDir] = process.argv.slice(1);
const executable = { type: 'cached-download', version, downloadDir };
const failed = (error) => { console.error(error.message); process.exit(1); };
TestWorkflowEnvironment.createLocal({ server: { executable, extraArgs: ['--help'] } }).then(() => process.exit(0), failed);
`;

/** @returns null when the program is now in `target`, else why it is not. */
export async function downloadBySdk(target: string, version: string): Promise<string | null> {
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), 'download-'));
  try {
    const args = ['-e', PROGRAM, `v${version}`, folder];
    const { output } = await runProgram(process.execPath, args, { seconds: SECONDS, cwd: __dirname });
    // The name is final only when the download is whole: until then it ends in .downloading.
    const file = readdirSync(folder).find((name) => !name.endsWith('.downloading'));
    if (file === undefined) return `The download by the Temporal SDK failed: ${lastLine(output)}`;
    chmodSync(join(folder, file), 0o755);
    renameSync(join(folder, file), target);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
