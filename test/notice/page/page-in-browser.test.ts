import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from 'playwright-core';
import type { Incident } from '../../../src/incident/incident-schema';
import { parseIncident } from '../../../src/incident/parse-incident';
import { customersPage } from '../../../src/notice/page/customers-page';
import { localFolder } from '../../../src/operator/parts/this-machine';
import { accessibilityFaults } from '../../accessibility';
import { CHROMIUM_FLAGS, chromium } from '../../chromium';
import { WHOLE_EXAMPLE } from '../../incident/example-incident';
import { testIncident } from '../test-incident';

const { incident: example } = parseIncident(WHOLE_EXAMPLE, { now: new Date() }) as { incident: Incident };
/** The example, with a shop's Arabic and Japanese where it has none. */
const incident: Incident = {
  ...example,
  phone: '+1 800 555 0100',
  texts: { ...testIncident().texts, ...example.texts },
};
const made = customersPage(incident);
const targets = ['', ...made.languages.map((language) => `#${language}`)];
const screenshots = join(localFolder, 'screenshots');

test('the page is valid HTML', async () => {
  const validator = new HtmlValidate(
    new StaticConfigLoader({ root: true, extends: ['html-validate:recommended'] }),
  );
  const { results } = await validator.validateString(made.html);
  expect(results.flatMap(({ messages }) => messages)).toEqual([]);
});

const installed = chromium();
if ('missing' in installed) test.skip(`in Chromium (skipped: ${installed.missing})`, () => undefined);
else {
  let browser: Browser;
  let server: Server;
  let url: string;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': made.policy });
      response.end(made.html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await driver.launch({ executablePath: installed.path, args: CHROMIUM_FLAGS });
    mkdirSync(screenshots, { recursive: true });
  });
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Opens the page at each target, and gives what the console said. */
  async function atEach(
    at: string[],
    options: BrowserContextOptions,
    look: (page: Page, target: string) => Promise<unknown>,
  ): Promise<string[]> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => said.push(...(request.url().startsWith(url) ? [] : [request.url()])));
    for (const target of at) {
      await page.goto('about:blank');
      await page.goto(url + target);
      await look(page, target);
    }
    await context.close();
    return said;
  }

  test('it asks for nothing but itself, and passes the policy that it names, without a word', async () => {
    asked.length = 0;
    const said = await atEach([''], { javaScriptEnabled: false }, async (page) => {
      await page.screenshot({ path: join(screenshots, 'page.png'), fullPage: true });
    });
    expect({ said, asked }).toEqual({ said: [], asked: ['/'] });
    await atEach([''], {}, async (page) => {
      // Under a policy with another hash the browser would not lay it out.
      expect(await page.evaluate('getComputedStyle(document.body).maxWidth')).toBe('704px');
    });
  });

  test.each(['light', 'dark'] as const)('axe-core finds nothing in any language, %s', async (colorScheme) => {
    await atEach(targets, { colorScheme, viewport: { width: 1200, height: 900 } }, async (page, target) => {
      expect({ target, faults: await accessibilityFaults(page) }).toEqual({ target, faults: [] });
    });
  });

  test('at 320 pixels nothing is wider than the screen, also in large letters', async () => {
    const phone = { viewport: { width: 320, height: 640 } };
    await atEach(targets, phone, async (page, target) => {
      await page.screenshot({ path: join(screenshots, `page-320${target}.png`), fullPage: true });
      const width = () => page.evaluate('document.documentElement.scrollWidth');
      expect({ target, width: await width() }).toEqual({ target, width: 320 });
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      expect({ target, width: await width() }).toEqual({ target, width: 320 });
    });
  });

  test('a language that is chosen is shown alone, below the links to all; else the default one leads', async () => {
    await atEach(targets, {}, async (page, target) => {
      const shown = await page.locator('article:visible').evaluateAll((all) => all.map(({ id }) => `#${id}`));
      expect(shown).toEqual(target === '' ? targets.slice(1) : [target]);
      expect(await page.locator('nav').isVisible()).toBe(true);
      expect(await page.evaluate('scrollY')).toBe(0);
    });
    await atEach([''], {}, async (page) => {
      await page.getByRole('link', { name: 'العربية' }).click();
      expect(await page.locator('article:visible').getAttribute('lang')).toBe('ar');
    });
  });

  test('printed it is black on white, each language on a sheet of its own, its links written out', async () => {
    await atEach([''], { colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await page.screenshot({ path: join(screenshots, 'page-print.png'), fullPage: true });
      expect(await page.locator('nav').isVisible()).toBe(false);
      expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      const breaks = await page
        .locator('article')
        .evaluateAll((all) =>
          all.map((element) => element.ownerDocument.defaultView!.getComputedStyle(element).breakBefore),
        );
      expect(breaks).toEqual(['auto', ...made.languages.slice(1).map(() => 'page')]);
      const links = await page
        .locator('main a')
        .evaluateAll((all) => all.map((element) => [element.getAttribute('href'), element.textContent]));
      expect(links.length).toBeGreaterThan(2 * made.languages.length);
      for (const [href, shown] of links) expect(shown).toBe(href!.replace('mailto:', ''));
    });
  });
}
