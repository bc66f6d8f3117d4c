import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { buildBundle, workflowsPath } from '../../src/workers/workflow-bundle';
import { historiesFolder, saveHistories } from './save-histories';

/** A run may last for days: the code of today must take over what the code of yesterday began. */
const NAMES = ['steered', 'continued-1', 'continued-2', 'continued-3', 'cancelled', 'reminded'];
let code: string;

beforeAll(async () => {
  if (process.env.SAVE_HISTORIES) await saveHistories(process.env.SAVE_HISTORIES);
  ({ code } = await buildBundle(workflowsPath));
});

test('every saved history is replayed', () => {
  const saved = readdirSync(historiesFolder).filter((file) => file.endsWith('.json'));
  expect(saved.sort()).toEqual(NAMES.map((name) => `${name}.json`).sort());
});

test.each(NAMES)('the run %s replays without a difference', async (name) => {
  const history = JSON.parse(readFileSync(join(historiesFolder, `${name}.json`), 'utf8'));
  await Worker.runReplayHistory({ workflowBundle: { code } }, history, 'breach-response/replayed');
});

test('a history that the code would not have made is told apart', async () => {
  const text = readFileSync(join(historiesFolder, 'cancelled.json'), 'utf8');
  const history = JSON.parse(text.replaceAll('"verifyExpiry"', '"verifySomethingElse"'));
  const replay = Worker.runReplayHistory({ workflowBundle: { code } }, history, 'breach-response/replayed');
  await expect(replay).rejects.toThrow(/[Nn]ondeterminism|TMPRL1100/);
});
