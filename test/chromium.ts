import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from '../src/operator/preview/chromium';

/** Chromium, installed by apt on Debian as root when it is missing; or why there is none. */
export function chromium(): { path: string } | { missing: string } {
  const found = findChromium(process.env);
  if (found !== null) return { path: found };
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0)
    return { missing: 'no chromium on PATH: install it (Debian: sudo apt-get install -y chromium)' };
  const install = ['install', '-y', '--no-install-recommends', 'chromium'];
  const { status, stderr } = spawnSync('apt-get', install, {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const installed = findChromium(process.env);
  if (installed !== null) return { path: installed };
  const why = stderr?.trim().split('\n').at(-1);
  return { missing: `no chromium, and apt-get install chromium failed (${status}: ${why})` };
}

export { CHROMIUM_FLAGS } from '../src/operator/preview/chromium';
