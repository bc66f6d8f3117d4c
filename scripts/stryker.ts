import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localFolder, projectFolder } from '../src/operator/parts/this-machine';

/**
 * `npm run stryker [-- FILES]`: Stryker mutates the pure rooms (stryker.config.mjs) and runs their tests. Below 85% it fails.
 * With files only those.
 */
async function main(files: string[]): Promise<number> {
  mkdirSync(join(localFolder, 'stryker'), { recursive: true });
  const program = join(dirname(require.resolve('@stryker-mutator/core/package.json')), 'bin', 'stryker.js');
  const args = [program, 'run', ...(files.length > 0 ? ['--mutate', files.join(',')] : [])];
  const stryker = spawn(process.execPath, args, { cwd: projectFolder, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stryker.kill(signal));
  return new Promise((resolve) => stryker.once('close', (code) => resolve(code ?? 1)));
}

main(process.argv.slice(2)).then((code) => process.exit(code));
