import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { journalsIn } from '../../src/journal/journal-files';
import { workflowIdOf } from '../../src/workflows/messages';
import { type OwnResponse, ownResponse } from './own-response';

let response: OwnResponse;
afterEach(() => response.end());

test('somebody deletes the dot journals amid the run: it holds and says so; resume goes on with new ones, everybody told once (I1, I2, I7)', async () => {
  response = await ownResponse('journalgone', {
    customers: 600,
    change: (file) => ({ ...file, pace: { perSecond: 100_000 } }),
  });
  const { client, file, folder, relay, books, row, verdict, fired, until, untilOver } = response;
  const journals = join(folder, 'journal');
  await response.worker();
  await relay.control({ add: { at: 'dot', action: 'hold', after: 100 } });
  await response.begin();
  await until('a dot that waits', async () => (await fired()) > 0);
  rmSync(journals, { recursive: true });
  await relay.control({ clear: true });
  await until('the hold', async () => (await row()).hold_reason !== null);
  expect((await row()).hold_reason).toMatch(
    /The dot journal of a worker was deleted or moved while it was written.*resume begins a new one/,
  );
  const held = (await books()).notices;
  expect([held.sending ?? 0, held.in_doubt ?? 0]).toEqual([0, 0]);
  expect((await verdict()).customersAcceptedOnce).toBe(held.sent ?? 0);
  await client.workflow.getHandle(workflowIdOf(file.id)).signal('resume');
  await until('the run goes on', async () => (await row()).hold_reason === null);
  await untilOver();
  expect((await row()).phase).toBe('closed');
  const after = await books();
  const { sent = 0, skipped = 0, ...other } = after.notices;
  expect({ other, sum: sent + skipped }).toEqual({ other: {}, sum: after.cohort });
  expect(await verdict()).toMatchObject({ customersAcceptedOnce: sent, customersAcceptedTwiceOrMore: 0 });
  // New ones were made; a closed incident's go.
  expect(existsSync(journals)).toBe(true);
  expect(journalsIn(journals).length).toBeLessThanOrEqual(1);
});
