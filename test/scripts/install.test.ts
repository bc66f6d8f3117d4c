import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';

const own = mkdtempSync(join(tmpdir(), 'install-'));
afterAll(() => rmSync(own, { recursive: true, force: true }));

const LOCK = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.0.0' },
  'node_modules/jest': { version: '30.0.0', dev: true },
  'node_modules/jest/node_modules/leven': { version: '3.0.0', dev: true },
  'node_modules/only-on-darwin': { version: '1.0.0', optional: true },
};
type Packages = Record<string, { version: string; dev?: boolean; optional?: boolean }>;
const { 'node_modules/zod': zod } = LOCK;
let count = 0;

/** Opens the door of a checkout in which these are installed; null: nothing at all. @returns which npm it runs, and what it says. */
function open(script: string, installed: Packages | null): { npm: string | null; said: string } {
  const folder = join(own, String(count++));
  const bin = join(folder, 'bin');
  for (const made of ['scripts', 'node_modules', 'bin']) mkdirSync(join(folder, made), { recursive: true });
  copyFileSync(join(projectFolder, 'scripts', 'run.mjs'), join(folder, 'scripts', 'run.mjs'));
  if (installed !== null)
    writeFileSync(
      join(folder, 'node_modules', '.package-lock.json'),
      JSON.stringify({ packages: installed }),
    );
  // Newer than what was installed: a checkout, or `touch`.
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: LOCK }));
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\nexit 1\n');
  chmodSync(join(bin, 'npm'), 0o755);
  const { stderr } = spawnSync(process.execPath, [join(folder, 'scripts', 'run.mjs'), script], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  return { npm: /^npm (.*=dev) /m.exec(stderr)?.[1] ?? null, said: stderr };
}
/** Then the script itself is looked for, which this checkout has not. */
const went = { npm: null, said: expect.stringContaining('tsx') };
const everything: Packages = LOCK;
const production: Packages = { 'node_modules/zod': zod };

test.each(['demo', 'test'])('npm run %s installs what is missing, and takes away nothing', (script) => {
  expect(open(script, null).npm).toBe('ci --include=dev');
  expect(open(script, production).npm).toBe('install --no-save --include=dev');
  expect(open(script, { ...LOCK, 'node_modules/jest': { version: '29.0.0' } }).npm).toBe(
    'install --no-save --include=dev',
  );
  expect(open(script, everything)).toEqual(went);
});

test.each(['worker', 'start', 'cli'])('npm run %s installs nothing, and says what is missing', (script) => {
  const told =
    /The package zod 4\.0\.0 is missing here, or of another version\. .*then type: npm ci --omit=dev/;
  for (const installed of [null, { 'node_modules/zod': { version: '3.9.0' } }])
    expect(open(script, installed)).toEqual({ npm: null, said: expect.stringMatching(told) });
  for (const installed of [production, everything]) expect(open(script, installed)).toEqual(went);
});

test.each(['stack', 'bench', 'torture', 'check', 'mutants'])(
  'npm run %s needs everything, and installs nothing',
  (script) => {
    const told = /The package jest 30\.0\.0 and 1 more are missing here, .*then type: npm ci --include=dev/;
    expect(open(script, production)).toEqual({ npm: null, said: expect.stringMatching(told) });
    expect(open(script, everything)).toEqual(went);
  },
);
