import { type AxeResults, type RunOptions, source } from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * What axe-core finds wrong with what is shown, or cannot tell; its best practices included. Empty when all is well.
 * @param except rules that do not apply.
 */
export async function accessibilityFaults(page: Page, except: string[] = []): Promise<string[]> {
  await page.evaluate(source);
  const rules = Object.fromEntries(except.map((rule) => [rule, { enabled: false }]));
  const { violations, incomplete } = await page.evaluate(
    (options) => (globalThis as unknown as { axe: Axe }).axe.run(options),
    { rules },
  );
  return [...violations, ...incomplete].flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`),
  );
}

interface Axe {
  run(options: RunOptions): Promise<AxeResults>;
}
