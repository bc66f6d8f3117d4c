import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium as driver } from 'playwright-core';
import { CHROMIUM_FLAGS, screenshotBrowser } from '../../src/operator/preview/chromium';
import { takeScreenshots } from '../../src/operator/preview/take-screenshots';
import { accessibilityFaults } from '../accessibility';
import { chromium } from '../chromium';
import { EXAMPLE } from '../incident/example-incident';
import { until } from '../until';
import { typed } from './own-operator';

const own = mkdtempSync(join(tmpdir(), 'preview-shots-'));
const folder = join(own, 'preview');
const browserHere = chromium();
const path = 'path' in browserHere ? browserHere.path : '';
const testWithChromium = (name: string, body: () => Promise<void>) =>
  'missing' in browserHere
    ? test.skip(`${name} (skipped: ${browserHere.missing})`, () => undefined)
    : test(name, body);

let browser: Browser | undefined;
afterAll(async () => {
  await browser?.close();
  rmSync(own, { recursive: true, force: true });
});

function preview(env: NodeJS.ProcessEnv) {
  const file = join(own, 'incident.yaml');
  writeFileSync(file, EXAMPLE);
  return typed('cli', ['preview', file, '--out', folder, '--json'], { ...process.env, ...env });
}

testWithChromium('each variant is photographed on a desktop, a telephone and a dark telephone', async () => {
  const { code, out } = await preview({ CHROMIUM: path });
  expect(code).toBe(0);
  const facts = JSON.parse(out);
  expect(facts).toMatchObject({ noScreenshots: null });
  expect(readdirSync(join(folder, 'screenshots'))).toHaveLength(3 * facts.variants.length);
  const index = readFileSync(join(folder, 'index.html'), 'utf8');
  for (const { paths } of facts.variants) {
    for (const [shot, width] of [
      ['desktop', 1024],
      ['phone', 320],
      ['dark', 360],
    ] as const) {
      expect(widthOf(paths[shot])).toBe(width);
      expect(index).toContain(`href="${paths[shot].slice(folder.length + 1)}"`);
    }
  }
});

/** What there is in a page; the project's own types are Node's. */
interface Styles {
  getComputedStyle(element: unknown): { backgroundColor: string };
}

/** Of a PNG picture, from its header. */
function widthOf(picture: string): number {
  return readFileSync(picture).readUInt32BE(16);
}

testWithChromium(
  'the index shows its frames, light and dark, asks nobody for anything, and a link in a frame leads nowhere',
  async () => {
    browser = await driver.launch({ executablePath: path, args: CHROMIUM_FLAGS });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    const asked: string[] = [];
    const consoleLines: string[] = [];
    page.on('console', (message) => consoleLines.push(message.text()));
    await page.route(/^(?!file:)/, (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await page.goto(`file://${folder}/index.html`);
    const first = page.locator('article').first();
    const ground = (kind: string) =>
      first
        .frameLocator(`.${kind} iframe`)
        .locator('body')
        .evaluate((body) => (globalThis as unknown as Styles).getComputedStyle(body).backgroundColor);
    expect(await ground('desktop')).toBe('rgb(255, 255, 255)');
    expect(await ground('phone')).toBe('rgb(255, 255, 255)');
    expect(await ground('dark')).toBe('rgb(22, 24, 28)');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1440);
    expect(consoleLines).toEqual([]);
    await first.frameLocator('.phone iframe').locator('a').first().click();
    await until(
      'the refused frame',
      () => consoleLines.some((words) => words.includes('frame-src')),
      () => consoleLines,
    );
    expect(asked).toEqual([]);
  },
);

testWithChromium('axe-core finds nothing in the index, light or dark', async () => {
  browser ??= await driver.launch({ executablePath: path, args: CHROMIUM_FLAGS });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
    await page.goto(`file://${folder}/index.html`);
    // The notices in the frames are judged by themselves, elsewhere.
    expect(await accessibilityFaults(page, ['frame-tested'])).toEqual([]);
    await page.close();
  }
});

testWithChromium('a notice that loads something, or is too wide for a telephone, is told', async () => {
  const page = (body: string) =>
    `<!doctype html><meta name="viewport" content="width=device-width"><body>${body}`;
  const { notices, problem } = await takeScreenshots({
    browser: path,
    notices: [
      { key: 'loads', name: 'loads', html: page('<img src="https://tracker.test/x.png" width="1">') },
      { key: 'wide', name: 'wide', html: page(`<p>${'x'.repeat(200)}`) },
      { key: 'fine', name: 'fine', html: page('<p>fine') },
    ],
    folder: own,
    withinSeconds: 60,
  });
  expect(problem).toBeNull();
  expect(notices.get('loads')).toMatchObject({ requests: ['https://tracker.test/x.png'], tooWide: [] });
  expect(notices.get('wide')).toMatchObject({ requests: [], tooWide: expect.arrayContaining(['phone']) });
  expect(notices.get('fine')).toMatchObject({ requests: [], tooWide: [] });
});

test('a browser that is not there is said, and the preview is whole without it', async () => {
  const { code, out } = await preview({ CHROMIUM: join(own, 'no-such-browser') });
  expect(code).toBe(0);
  const facts = JSON.parse(out);
  expect(facts.noScreenshots).toMatch(/^0 of \d notices, then .*no-such-browser failed: .*exist/);
  const index = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(index).toContain('no-such-browser failed');
  expect(index).not.toContain('.png');
  expect(index).toContain(facts.contentHash);
});

test('a browser without its driver is none, and it is said what installs the driver', () => {
  expect(screenshotBrowser({ CHROMIUM: '/usr/bin/chromium' }, 'no-such-driver')).toEqual({
    missing: 'none, as no-such-driver is not installed here (npm ci --include=dev installs it)',
  });
});

test('a browser that says nothing is not waited for', async () => {
  const mute = join(own, 'mute');
  writeFileSync(mute, `#!/bin/sh\necho $$ > ${mute}.pid\nexec sleep 600\n`);
  chmodSync(mute, 0o755);
  const { problem } = await takeScreenshots({
    browser: mute,
    notices: [{ key: 'fine', name: 'fine', html: 'fine' }],
    folder: own,
    withinSeconds: 1,
  });
  process.kill(Number(readFileSync(`${mute}.pid`, 'utf8')), 'SIGKILL');
  expect(problem).toMatch(/^0 of 1 notices, then .*mute failed: .*1000ms/);
});
