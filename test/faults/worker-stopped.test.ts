import { readFileSync } from 'node:fs';
import { surveyNotices } from '../../src/books/balance';
import { findIncident, incidentOf } from '../../src/books/incident-row';
import { approve } from '../../src/operator/approve';
import { type OwnOperator, ownOperator } from '../operator/own-operator';
import { timesFired } from '../times-fired';
import { until } from '../until';
import { relayVerdict } from './relay-verdict';

const ID = 'zappos-2012';
let desk: OwnOperator;
afterEach(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const told = async () =>
  (await surveyNotices({ db: desk.database.db, incident: (await row()).incident }, 'notice')).notices;
/** Told when something is waited for in vain. */
const found = async () => [(await row()).phase, await told()];

test('SIGTERM amid the notices waits for the answers and leaves nothing open; a second one ends at once, with a doubt a session at most (I1, I2)', async () => {
  desk = await ownOperator('stopped', 1_500);
  const file = desk.file('incident.yaml', (text) =>
    text.replace('perSecond: 500', 'perSecond: 2000').replace('afterwards: hold', 'afterwards: continue'),
  );
  const first = await desk.worker();
  expect((await desk.start([file, '--go'])).code).toBe(0);
  await until('the approval', async () => (await row())?.phase === 'approval', found);
  // After the canary: one range is left, so one of four lanes works.
  const sessions = incidentOf(await row()).relay.sessions / 4;
  await desk.relay.control({ add: { at: 'dot', action: 'hold', after: 200 } });
  await approve(desk.client, { incidentId: ID, by: 'the test', contentHash: (await row()).content_hash });
  await until('a dot in every session', async () => (await timesFired(desk.relay)) === sessions, found);
  process.kill(first.identity.pid, 'SIGTERM');
  await until('its word', () => readFileSync(first.logFile, 'utf8').includes('stopping'), found);
  await desk.relay.control({ clear: true });
  expect(await first.ended).toMatch(/exit code 0$/);
  const stopped = await told();
  expect(Object.keys(stopped).filter((state) => state === 'sending' || state === 'in_doubt')).toEqual([]);
  expect(stopped.released).toBeGreaterThan(0);

  await desk.relay.control({ add: { at: 'dot', action: 'stall', after: 100 } });
  const second = await desk.worker();
  await until('a relay that answers nobody', async () => (await timesFired(desk.relay)) === sessions, found);
  process.kill(second.identity.pid, 'SIGTERM');
  await until('its word', () => readFileSync(second.logFile, 'utf8').includes('stopping'), found);
  expect(second.running()).toBe(true);
  // One that comes within a second is the first, passed on.
  const isOver = () => !second.running() || !process.kill(second.identity.pid, 'SIGTERM');
  await until('its end', isOver, found);
  expect(await second.ended).toMatch(/exit code 130/);

  await desk.relay.control({ clear: true });
  await desk.worker();
  await until('the hold', async () => (await row()).hold_reason !== null, found);
  const { sent, skipped: _, ...other } = await told();
  expect(other).toEqual({ in_doubt: sessions });
  expect(await relayVerdict(desk.database, ID, desk.relay.log)).toMatchObject({
    customersAcceptedOnce: sent,
    customersAcceptedTwiceOrMore: 0,
  });
});
