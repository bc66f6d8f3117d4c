import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../src/operator/parts/this-machine';

/** `npm run check`: lint, format and types, no tests. `npm test` runs the same first. */
if (process.argv[1] === __filename) process.exitCode = failedChecks().length === 0 ? 0 : 1;

/** Runs Biome and the type check, their output going to the terminal. @returns the names of those that failed. */
export function failedChecks(): string[] {
  const checks: [name: string, program: string, args: string[]][] = [
    ['Lint and format (npx biome check --write fixes most of it)', 'biome', ['check']],
    ['Types', 'tsc', ['-p', '.']],
  ];
  return checks
    .filter(([name, program, args]) => {
      const { status, error } = spawnSync(join(projectFolder, 'node_modules', '.bin', program), args, {
        cwd: projectFolder,
        stdio: 'inherit',
      });
      if (status !== 0) console.error(`FAILED: ${name}${error === undefined ? '' : ` (${error.message})`}`);
      return status !== 0;
    })
    .map(([name]) => name);
}
