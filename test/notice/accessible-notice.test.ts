import { type Browser, chromium as driver } from 'playwright-core';
import { compileNotice } from '../../src/notice/compile-notice';
import { openNotice, renderNotice } from '../../src/notice/render-notice';
import { accessibilityFaults } from '../accessibility';
import { CHROMIUM_FLAGS, chromium } from '../chromium';
import { testIncident } from './test-incident';

const installed = chromium();
const customer = { name: 'Ann', address: 'ann@x.test', messageId: 'id@shop.test', date: 0 };

if ('missing' in installed) test.skip(`in Chromium (skipped: ${installed.missing})`, () => undefined);
else {
  let browser: Browser;
  beforeAll(async () => {
    browser = await driver.launch({ executablePath: installed.path, args: CHROMIUM_FLAGS });
  });
  afterAll(() => browser.close());

  test.each([
    ['en', 'light'],
    ['en', 'dark'],
    ['ar', 'light'],
    ['ar', 'dark'],
  ] as const)('axe-core finds nothing in the notice: %s, %s', async (language, colorScheme) => {
    const notice = await compileNotice(testIncident(), {
      wave: 'notice',
      language,
      jurisdiction: 'default',
      disposition: 'expired',
    });
    const page = await browser.newPage({ colorScheme, viewport: { width: 400, height: 800 } });
    await page.setContent(openNotice(renderNotice(notice, customer)).html);
    // A mail is an article within the reader's program, which has the landmarks.
    expect(await accessibilityFaults(page, ['landmark-one-main', 'region'])).toEqual([]);
    await page.close();
  });
}
