// The door of every npm script: on a fresh clone it installs the dependencies first, then runs scripts/<name>.ts
// in this same process, so that Ctrl-C and exit codes have one owner.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...args] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: install Node 20.19 or newer, then try again.`);
  process.exit(1);
}

// npm writes its own copy of the lock file when an installation is complete.
const lock = statSync(join(root, 'package-lock.json'));
const installed = statSync(join(root, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
if (installed === undefined || installed.mtimeMs < lock.mtimeMs) {
  console.error('Installing the dependencies (once, about half a minute) ...');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    console.error('The dependencies could not be installed. Mend what npm said above, then run: npm ci');
    process.exit(1);
  }
}

const require = createRequire(import.meta.url);
require('tsx/cjs');
process.argv = [process.argv[0], join(root, 'scripts', `${name}.ts`), ...args];
require(process.argv[1]);
