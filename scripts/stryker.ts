import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localFolder, projectFolder } from '../src/operator/parts/this-machine';

/**
 * `npm run stryker [-- FILES]`: Stryker mutates the pure rooms (stryker.config.mjs) and runs their tests. Below 85% it fails.
 * With files only those. `--schemas` does so with the schemas of the incident file (stryker.schemas.config.mjs), `--jest` by Jest's own
 * runner, twenty times as slow, to compare.
 */
async function main(asked: string[]): Promise<number> {
  const config = asked.includes('--schemas') ? 'stryker.schemas.config.mjs' : 'stryker.config.mjs';
  const files = asked.filter((name) => !['--schemas', '--jest'].includes(name));
  // What the other runner found before is not taken over.
  const jest = ['--testRunner', 'jest', '--incrementalFile', `.local/stryker/${config}-jest.json`];
  mkdirSync(join(localFolder, 'stryker'), { recursive: true });
  const program = join(dirname(require.resolve('@stryker-mutator/core/package.json')), 'bin', 'stryker.js');
  const mutated = files.length > 0 ? ['--mutate', files.join(',')] : [];
  const args = [program, 'run', config, ...mutated, ...(asked.includes('--jest') ? jest : [])];
  const stryker = spawn(process.execPath, args, { cwd: projectFolder, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stryker.kill(signal));
  return new Promise((resolve) => stryker.once('close', (code) => resolve(code ?? 1)));
}

main(process.argv.slice(2)).then((code) => process.exit(code));
