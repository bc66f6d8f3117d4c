import { execFileSync } from 'node:child_process';
import { findOnPath, isExecutable } from '../parts/this-machine';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The browser that CHROMIUM names, or the first on the PATH; null where there is none. */
export function findChromium({ CHROMIUM, PATH }: NodeJS.ProcessEnv): string | null {
  return CHROMIUM || findOnPath(NAMES, PATH, ['/usr/bin', '/snap/bin']);
}

/**
 * The browser that photographs notices, or why none does.
 * @param driver the package that drives it. Not in production: whoever previews there reads the texts, or types what is said here.
 */
export function screenshotBrowser(
  env: NodeJS.ProcessEnv,
  driver = 'playwright-core',
): { path: string } | { missing: string } {
  const path = findChromium(env);
  if (path === null)
    return { missing: 'none, as there is no chromium or google-chrome on the PATH (CHROMIUM names another)' };
  try {
    require.resolve(driver);
  } catch {
    return { missing: `none, as ${driver} is not installed here (npm ci --include=dev installs it)` };
  }
  return { path };
}

/** What a browser needs that runs as root without a screen and must not call home. */
export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const FC_LIST = '/usr/bin/fc-list';

/** Languages whose letters no font of this machine has: pictures show boxes in their place. None where fontconfig cannot be asked. */
export function languagesWithoutFont(languages: string[]): string[] {
  if (!isExecutable(FC_LIST)) return [];
  return languages.filter((language) => {
    try {
      const fonts = execFileSync(FC_LIST, [`:lang=${language}`, 'family'], {
        encoding: 'utf8',
        timeout: 10_000,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return fonts.trim() === '';
    } catch {
      return false; // not known is not missing
    }
  });
}

/**
 * A notice as it looks in the light or in the dark, whatever the reader's own setting: a page cannot tell a frame which one to
 * take, so the template's condition is made to hold always or never. For the index alone; it is not what is sent.
 */
export function forceScheme(html: string, scheme: 'light' | 'dark'): string {
  return html
    .replaceAll('@media (prefers-color-scheme: dark)', scheme === 'dark' ? '@media all' : '@media not all')
    .replace(/(color-schemes?): light dark/g, `$1: ${scheme}`)
    .replaceAll('content="light dark"', `content="${scheme}"`);
}
