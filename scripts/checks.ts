import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../src/operator/parts/this-machine';

const CHECKS: [name: string, program: string, args: string[]][] = [
  ['Lint and format (mend most of it by: npx biome check --write)', 'biome', ['check']],
  ['Types', 'tsc', ['-p', '.']],
];

/** Runs Biome and the type check, their output going to the terminal. @returns the names of those that failed. */
export function runChecks(): string[] {
  return CHECKS.filter(([name, program, args]) => {
    const { status, error } = spawnSync(join(projectFolder, 'node_modules', '.bin', program), args, {
      cwd: projectFolder,
      stdio: 'inherit',
    });
    if (status !== 0) console.error(`FAILED: ${name}${error === undefined ? '' : ` (${error.message})`}`);
    return status !== 0;
  }).map(([name]) => name);
}
