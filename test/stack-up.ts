import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIdentity, stopLeftover } from '../scripts/stack/part-process';
import { type Stack, startStack } from '../scripts/stack/start-stack';
import { isAlive, localFolder } from '../src/operator/parts/this-machine';
import stackDown from './stack-down';

declare global {
  var testStack: { stack: Stack; folder: string } | undefined;
}

/** One folder per run of the tests, so that two runs, and a developer's own stack, go side by side. */
const runsFolder = join(localFolder, 'test-stack');

/**
 * One embedded stack for the whole run. The workers find it in DATABASE_URL and TEMPORAL_ADDRESS (real ones that are set
 * already are used), and the Web UI in TEST_TEMPORAL_UI. Relays are started by the tests that need one.
 */
export default async function stackUp(): Promise<void> {
  await removeLeftovers();
  const folder = join(runsFolder, String(process.pid));
  const stack = await startStack({
    dir: folder,
    env: { ...process.env, SMTP_URL: 'smtp://127.0.0.1:9' }, // so that no relay is started
    say: () => undefined,
    ports: { database: 0, temporal: 0, temporalUi: 0, relay: 0 },
  });
  globalThis.testStack = { stack, folder };
  process.env.DATABASE_URL = stack.addresses.databaseUrl;
  process.env.TEMPORAL_ADDRESS = stack.addresses.temporal.address;
  process.env.TEST_TEMPORAL_UI = stack.addresses.temporal.uiUrl ?? '';
  // Jest ends at once on these, without its teardown. `on`: Ctrl-C comes from the terminal and from scripts/test.ts.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stackDown().finally(() => process.exit(1)));
  }
}

/** Runs that were killed leave their servers and 150 MB each. */
async function removeLeftovers(): Promise<void> {
  if (!existsSync(runsFolder)) return;
  for (const name of readdirSync(runsFolder)) {
    const folder = join(runsFolder, name);
    const owner = readIdentity(join(folder, 'stack.pid'));
    if (owner !== null && isAlive(owner)) continue;
    for (const part of ['temporal', 'database']) await stopLeftover(folder, part, () => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}
