// The door of every npm script: it looks whether what the script needs is installed, then runs scripts/<name>.ts in this same process, so
// that Ctrl-C and exit codes have one owner. Only `demo` and `test` install, and only what is missing: beside a worker at work nobody
// takes its packages away.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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

const INSTALLING = ['demo', 'test'];
const PRODUCTION = ['worker', 'start', 'cli'];
const lockFile = join(root, 'package-lock.json');
// npm writes its own copy of the lock file when an installation is complete; it lists what was installed.
const copy = join(root, 'node_modules', '.package-lock.json');

const missing = missingPackages();
if (missing.length > 0) {
  if (INSTALLING.includes(name)) install();
  else {
    console.error(
      `${named(missing)} missing here, or of another version. Stop the workers that run in this folder, then type: npm ci ${PRODUCTION.includes(name) ? '--omit=dev' : '--include=dev'}`,
    );
    process.exit(1);
  }
}

const require = createRequire(import.meta.url);
require('tsx/cjs');
process.argv = [process.argv[0], join(root, 'scripts', `${name}.ts`), ...args];
require(process.argv[1]);

/** What of the lock file is not installed, but for what only other systems need. */
function missingPackages() {
  const installed = existsSync(copy) ? packagesOf(copy) : {};
  return Object.entries(packagesOf(lockFile)).flatMap(([path, { version, dev, devOptional, optional }]) => {
    const isNeeded = path !== '' && !optional && !(PRODUCTION.includes(name) && (dev || devOptional));
    return isNeeded && installed[path]?.version !== version
      ? [`${path.replace(/^.*node_modules\//, '')} ${version}`]
      : [];
  });
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

function named([first, ...others]) {
  return others.length === 0
    ? `The package ${first} is`
    : `The package ${first} and ${others.length} more are`;
}

function install() {
  console.error('Installing the dependencies (once, about half a minute) ...');
  // `npm ci` would take everything away first.
  const verb = existsSync(copy) ? ['install', '--no-save'] : ['ci'];
  const npm = spawnSync('npm', [...verb, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status === 0) return;
  console.error(
    'The dependencies could not be installed. Fix what npm said above, then type: npm ci --include=dev',
  );
  process.exit(1);
}
