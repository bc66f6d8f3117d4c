import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';

/**
 * Runs one of our programs to its end, as npm does.
 * @param door such as `cli` or `start`.
 * @returns its exit code, and what it said on both streams in their order.
 */
export function typeCommand(
  door: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  const script = join(projectFolder, 'scripts', 'run.mjs');
  const child = spawn(process.execPath, [script, door, ...args], {
    env,
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (data) => (output += data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Such output below the command that was typed. */
export function indented(output: string): string {
  return output.trimEnd().replace(/^/gm, '    ');
}
