import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { type CompanyFinding, warns } from '../../company/inspect/finding';
import { CHROMIUM_FLAGS, languagesWithoutFont } from './chromium';

/** How each notice is photographed. 320 px is the narrowest telephone, and what WCAG 1.4.10 asks for. */
export const SHOTS = {
  desktop: { width: 1024, height: 768, colorScheme: 'light' },
  phone: { width: 320, height: 640, colorScheme: 'light' },
  dark: { width: 360, height: 640, colorScheme: 'dark' },
} as const;
export type Shot = keyof typeof SHOTS;

export interface Photographed {
  /** Paths of the pictures taken. */
  paths: Partial<Record<Shot, string>>;
  /** Shots in which the notice is wider than the screen. */
  tooWide: Shot[];
  /** What the notice tried to load; it was not let. */
  requests: string[];
}

export interface Screenshots {
  /** By key. */
  notices: Map<string, Photographed>;
  /** Null: all were taken. Otherwise why there are none, or not all. */
  problem: string | null;
}

export interface ScreenshotRequest {
  browser: string;
  notices: { key: string; name: string; html: string }[];
  folder: string;
  /** No picture is begun after so long. */
  withinSeconds: number;
}

/** Photographs notices in one page of one browser that can reach nothing. Never throws: a preview without pictures is one, too. */
export async function takeScreenshots(request: ScreenshotRequest): Promise<Screenshots> {
  const { browser, notices, withinSeconds } = request;
  const taken = new Map<string, Photographed>();
  const soFar = () => `${taken.size} of ${notices.length} notices`;
  try {
    const all = await Promise.race([
      photographAll(request, taken).then(() => true),
      sleep((withinSeconds + LAST_PICTURE_SECONDS) * 1_000, false, { ref: false }),
    ]);
    const whole = all && taken.size === notices.length;
    return { notices: taken, problem: whole ? null : `${soFar()}, then the ${withinSeconds} s were over` };
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    return { notices: taken, problem: `${soFar()}, then ${browser} failed: ${first}` };
  }
}

const LAST_PICTURE_SECONDS = 30;

async function photographAll(
  { browser: executablePath, notices, folder, withinSeconds }: ScreenshotRequest,
  taken: Map<string, Photographed>,
): Promise<void> {
  const { chromium } = require('playwright-core') as typeof import('playwright-core');
  const until = performance.now() + withinSeconds * 1_000;
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath,
    args: CHROMIUM_FLAGS,
    timeout: Math.min(30, withinSeconds) * 1_000,
  });
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    let requests: string[] = [];
    await context.route('**/*', (route) => {
      requests.push(route.request().url());
      return route.abort();
    });
    for (const { key, name, html } of notices) {
      if (performance.now() > until) return;
      requests = [];
      taken.set(key, { ...(await photograph(page, html, join(folder, name))), requests });
    }
  } finally {
    await browser.close();
  }
}

async function photograph(page: Page, html: string, path: string) {
  await page.setContent(html);
  const paths: Photographed['paths'] = {};
  const tooWide: Shot[] = [];
  for (const shot of Object.keys(SHOTS) as Shot[]) {
    const { width, height, colorScheme } = SHOTS[shot];
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    if ((await page.evaluate<number>('document.documentElement.scrollWidth')) > width) tooWide.push(shot);
    paths[shot] = `${path}.${shot}.png`;
    await page.screenshot({ path: paths[shot], fullPage: true });
  }
  return { paths, tooWide };
}

/** What the browser found while it photographed the notices, by key. */
export function judgeScreenshots(notices: Map<string, Photographed>): CompanyFinding[] {
  const keysWhere = (holds: (seen: Photographed) => boolean) =>
    [...notices].filter(([, seen]) => holds(seen)).map(([key]) => key);
  const tooWide = keysWhere((seen) => seen.tooWide.length > 0);
  const loading = keysWhere((seen) => seen.requests.length > 0);
  const requests = [...new Set([...notices.values()].flatMap((seen) => seen.requests))];
  const findings: CompanyFinding[] = [];
  if (tooWide.length > 0)
    findings.push(
      warns(
        `Wider than the screen of a telephone: ${tooWide.join(', ')}`,
        'break up the longest word or link in its texts: its screenshots show where',
      ),
    );
  if (loading.length > 0)
    findings.push(
      warns(
        `Would load something: ${loading.join(', ')}: ${requests.join(', ')}`,
        'a notice that loads something tells a stranger who reads it: take it out of the template',
      ),
    );
  return findings;
}

/** Languages that the pictures cannot show on this machine. */
export function judgeFonts(variants: { language: string }[], { notices }: Screenshots): CompanyFinding[] {
  if (notices.size === 0) return [];
  const lacking = languagesWithoutFont([...new Set(variants.map(({ language }) => language))]);
  if (lacking.length === 0) return [];
  return [
    warns(
      `This machine has no letters for ${lacking.join(', ')}: the screenshots show boxes instead`,
      'install a font (Debian: fonts-noto-core, fonts-noto-cjk), and preview again; the notices themselves are right',
    ),
  ];
}
