// The door of every npm script: it installs the dependencies where they are missing or old, then runs scripts/<name>.ts in this same
// process, so that Ctrl-C and exit codes have one owner. What production runs needs no devDependencies, and leaves those that are there.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
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

const PRODUCTION = ['worker', 'start', 'cli'];
const missing = missingPackages(PRODUCTION.includes(name));
if (missing !== null) {
  console.error('Installing the dependencies (once, about half a minute) ...');
  const npm = spawnSync('npm', ['ci', missing, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    console.error(
      `The dependencies could not be installed. Fix what npm said above, then type: npm ci ${missing}`,
    );
    process.exit(1);
  }
}

const require = createRequire(import.meta.url);
require('tsx/cjs');
process.argv = [process.argv[0], join(root, 'scripts', `${name}.ts`), ...args];
require(process.argv[1]);

/** The option of `npm ci` that says what to install; null: what is there is enough. */
function missingPackages(production) {
  // npm writes its own copy of the lock file when an installation is complete; it lists what was installed.
  const copy = join(root, 'node_modules', '.package-lock.json');
  const written = statSync(copy, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const withDev =
    written > 0 && Object.values(JSON.parse(readFileSync(copy, 'utf8')).packages).some(({ dev }) => dev);
  const old = written < statSync(join(root, 'package-lock.json')).mtimeMs;
  if (!old && (production || withDev)) return null;
  return production && !withDev ? '--omit=dev' : '--include=dev';
}
