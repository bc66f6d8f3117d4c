import { findOnPath } from '../parts/find-on-path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The browser that CHROMIUM names, or the first on the PATH; null where there is none. */
export function findChromium({ CHROMIUM, PATH }: NodeJS.ProcessEnv): string | null {
  return CHROMIUM || findOnPath(NAMES, PATH, ['/usr/bin', '/snap/bin']);
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
