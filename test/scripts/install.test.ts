import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { projectFolder } from '../../src/operator/parts/this-machine';

const own = mkdtempSync(join(tmpdir(), 'install-'));
afterAll(() => rmSync(own, { recursive: true, force: true }));

type Installed = 'nothing' | 'production' | 'everything';
let count = 0;

/** Opens the door of a checkout in which so much is installed, and answers by which `npm ci` it installs; null: by none. */
function installsBy(script: string, installed: Installed, lock: 'as installed' | 'newer'): string | null {
  const folder = join(own, String(count++));
  const bin = join(folder, 'bin');
  for (const made of ['scripts', 'node_modules', 'bin']) mkdirSync(join(folder, made), { recursive: true });
  copyFileSync(join(projectFolder, 'scripts', 'run.mjs'), join(folder, 'scripts', 'run.mjs'));
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  if (installed !== 'nothing') {
    const packages = {
      'node_modules/zod': {},
      ...(installed === 'everything' ? { jest: { dev: true } } : {}),
    };
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  }
  const later = Date.now() / 1000 + (lock === 'newer' ? 60 : -60);
  utimesSync(join(folder, 'package-lock.json'), later, later);
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\nexit 1\n');
  chmodSync(join(bin, 'npm'), 0o755);
  const { stderr } = spawnSync(process.execPath, [join(folder, 'scripts', 'run.mjs'), script], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  const option = /^npm ci (--\w+=dev) /m.exec(stderr)?.[1] ?? null;
  if (option !== null) expect(stderr).toContain(`then type: npm ci ${option}`);
  return option;
}

test.each(['worker', 'start', 'cli'])(
  'npm run %s installs what production needs, and takes away nothing',
  (script) => {
    expect(installsBy(script, 'nothing', 'newer')).toBe('--omit=dev');
    expect(installsBy(script, 'production', 'as installed')).toBeNull();
    expect(installsBy(script, 'production', 'newer')).toBe('--omit=dev');
    expect(installsBy(script, 'everything', 'as installed')).toBeNull();
    expect(installsBy(script, 'everything', 'newer')).toBe('--include=dev');
  },
);

test.each(['demo', 'stack', 'bench', 'torture', 'test', 'check'])(
  'npm run %s installs everything',
  (script) => {
    expect(installsBy(script, 'nothing', 'newer')).toBe('--include=dev');
    expect(installsBy(script, 'production', 'as installed')).toBe('--include=dev');
    expect(installsBy(script, 'production', 'newer')).toBe('--include=dev');
    expect(installsBy(script, 'everything', 'newer')).toBe('--include=dev');
    expect(installsBy(script, 'everything', 'as installed')).toBeNull();
  },
);
