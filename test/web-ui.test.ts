import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as driver, type Page } from 'playwright-core';
import { localFolder } from '../src/operator/parts/this-machine';
import { CHROMIUM_FLAGS, chromium } from './chromium';
import { realRun } from './real-run';
import { until } from './until';

const uiUrl = process.env.TEST_TEMPORAL_UI;
const browser = chromium();
const missing = !uiUrl
  ? 'the Temporal server is a real one, whose Web UI is not known'
  : 'missing' in browser
    ? browser.missing
    : null;
const screenshots = join(localFolder, 'screenshots');

const name = "the run's page in the Web UI tells what it is, where it is, why it waits and what to do";
if (missing !== null) test.skip(`${name} (skipped: ${missing})`, () => undefined);
else {
  test(name, async () => {
    const run = await realRun('web-ui', { customers: 300, uiUrl: uiUrl! });
    const profile = mkdtempSync(join(tmpdir(), 'breach-response-chromium-'));
    try {
      const { contentHash, counts } = await run.until(
        'the run waits for the approval',
        ({ waitingFor }) => waitingFor?.kind === 'approval',
      );
      const context = await driver.launchPersistentContext(profile, {
        executablePath: (browser as { path: string }).path,
        args: CHROMIUM_FLAGS,
        headless: true,
        viewport: { width: 1400, height: 1100 },
      });
      try {
        const page = await context.newPage();
        try {
          await page.goto(run.url!);
          for (const words of [
            run.file.title,
            'THE RUN WAITS FOR YOU',
            'Nobody is told until somebody approves the texts.',
            '3 of 8: approval of the texts',
            contentHash!,
            `${counts.cohort.expired} expired`,
          ]) {
            await until(`'${words}' on the page`, () => isShown(page, words));
          }
        } finally {
          mkdirSync(screenshots, { recursive: true });
          await page.screenshot({ path: join(screenshots, 'web-ui-approval.png') });
        }
      } finally {
        await context.close();
      }
    } finally {
      await run.end();
      rmSync(profile, { recursive: true, force: true });
    }
  });
}

/** The Web UI puts our Markdown into frames of its own. */
async function isShown(page: Page, words: string): Promise<boolean> {
  const seen = page.frames().map(
    (frame) =>
      frame
        .getByText(words)
        .first()
        .isVisible()
        .catch(() => false), // a frame that goes away while it is looked at
  );
  return (await Promise.all(seen)).includes(true);
}
