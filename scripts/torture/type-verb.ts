import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';

/** `npm run cli -- ARGS`, as an operator types it; tells what it answered. @returns its exit code; null: it was killed. */
export type TypeVerb = (args: string[]) => Promise<number | null>;

export function verbTyper(env: NodeJS.ProcessEnv, say: (line: string) => void): TypeVerb {
  return (args) => {
    const child = spawn(process.execPath, [join(projectFolder, 'scripts', 'run.mjs'), 'cli', ...args], {
      env,
      cwd: projectFolder,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (data) => (output += data));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        say(
          `  npm run cli -- ${args.join(' ')}: exit ${code}\n${output.replace(/^/gm, '    ').slice(0, 2_000)}`,
        );
        resolve(code);
      });
    });
  };
}
