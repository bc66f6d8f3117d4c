import { sql } from 'kysely';
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
const books = async () => surveyNotices({ db: desk.database.db, incident: (await row()).incident }, 'notice');

// The lines that guard it: journal.dot() in send-claim.ts (without it nobody is in doubt, and eight are told twice by a resend)
// and keepJournals() in create-activities.ts (without it whole claims are in doubt, once their lease is over).
test('kill -9 between dot and reply: one customer a session in doubt, all others told, none twice (I1, I2)', async () => {
  desk = await ownOperator('killed', 1_500);
  const file = desk.file('incident.yaml', (text) =>
    text.replace('perSecond: 500', 'perSecond: 2000').replace('afterwards: hold', 'afterwards: continue'),
  );
  const worker = await desk.worker();
  expect((await desk.start([file, '--go'])).code).toBe(0);
  // From here on the relay takes every message and answers no dot.
  const silence = { at: 'dot', action: 'stall', after: 400 };
  await desk.relay.control({ add: silence });
  await until('the approval', async () => (await row())?.phase === 'approval');
  await approve(desk.client, { incidentId: ID, by: 'the test', contentHash: (await row()).content_hash });
  // All are in one range, so one of the four lanes tells them.
  const sessions = incidentOf(await row()).relay.sessions / 4;
  await until('a dot in every session', async () => (await timesFired(desk.relay)) === sessions);

  process.kill(worker.identity.pid, 'SIGKILL');
  await worker.ended;
  await desk.relay.control({ clear: true });
  await desk.worker();
  await until('the hold', async () => (await row()).hold_reason !== null);

  expect((await row()).hold_reason).toMatch(/^In doubt: 2 notices/);
  const { cohort, missing, notices } = await books();
  const { sent = 0, skipped = 0, in_doubt, ...other } = notices;
  expect({ in_doubt, missing, other }).toEqual({ in_doubt: sessions, missing: 0, other: {} });
  expect(sent + skipped + sessions).toBe(cohort);
  const swept = await sql`SELECT claim_id FROM claims WHERE settled <> 1`.execute(desk.database.db);
  expect(swept.rows).toEqual([]);
  const verdict = await relayVerdict(desk.database, ID, desk.relay.log);
  expect(verdict).toMatchObject({ customersAcceptedTwiceOrMore: 0, customersAcceptedOnce: sent });
});
