import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import type { PartProcess } from '../../scripts/stack/part-process';
import { surveyNotices } from '../../src/books/balance';
import { bareBooks, findIncident } from '../../src/books/incident-row';
import { messageId } from '../../src/notice/message-headers';
import { approve } from '../../src/operator/approve';
import { runLedger } from '../../src/operator/run-ledger';
import { setRate } from '../../src/operator/set-rate';
import { startRun } from '../../src/operator/start-run';
import { workflowIdOf } from '../../src/workflows/messages';
import { beginBooks } from '../real-run';
import { type OwnResponse, ownResponse } from './own-response';

let response: OwnResponse;
afterEach(() => response.end());

test('two incidents at once on one pair of workers: both complete, each with its own books and its own rate (I1, I2)', async () => {
  response = await ownResponse('two', {
    customers: 600,
    change: (file) => ({ ...file, pace: { perSecond: 1 } }),
  });
  const { file: slow, database, client, relay, until, begin, untilOver } = response;
  const fast = { ...slow, id: `${slow.id}-fast`, title: 'Another one', pace: { perSecond: 5_000 } };
  await beginBooks(database, fast);
  const row = async (id: string) => (await findIncident(database.db, id))!;
  const books = async (id: string) => surveyNotices(bareBooks(database, await row(id)), 'notice');
  await Promise.all([response.worker(), response.worker()]);
  await begin();
  const ledger = await runLedger(database);
  await startRun(client, { incidentId: fast.id, title: fast.title, ledger, uiUrl: null });
  const { content_hash: contentHash } = await row(fast.id);
  await approve(client, { incidentId: fast.id, by: 'the test', contentHash });

  await until('the end of the fast one', async () => (await row(fast.id)).phase === 'closed');
  const meanwhile = await books(slow.id);
  expect(meanwhile.notices.sent ?? 0).toBeLessThan(meanwhile.cohort / 2);
  expect((await row(slow.id)).rate_per_second).toBe(1);
  await until('the mail of the slow one', async () => (await row(slow.id)).phase === 'notify');
  await setRate(client, { incidentId: slow.id, by: 'the test', perSecond: 5_000 });
  await untilOver();
  expect((await row(slow.id)).phase).toBe('closed');

  const accepted: string[] = [];
  for (const acceptance of await acceptancesIn(relay.log)) accepted.push(acceptance.messageId);
  const promised: string[] = [];
  for (const { id: incident, from } of [slow, fast]) {
    const { incident: number, message_key } = await row(incident);
    const { rows: told } = await sql<{ customer_id: string }>`
      SELECT customer_id FROM notices WHERE incident = ${number} AND state = 'sent'`.execute(database.db);
    for (const { customer_id } of told) {
      const names = { incident, wave: 'notice' as const, customerId: String(customer_id), role: 'primary' };
      promised.push(messageId(message_key, names, from.address.split('@')[1]!).replaceAll(/[<>]/g, ''));
    }
    const { cohort, missing, strangers, notices } = await books(incident);
    expect({ missing, strangers, sum: (notices.sent ?? 0) + (notices.skipped ?? 0) }).toEqual({
      missing: 0,
      strangers: 0,
      sum: cohort,
    });
  }
  expect(accepted.sort()).toEqual(promised.sort());
});

test('a worker whose notices are not those of one incident is left out of that alone: the other one goes on at once (I1)', async () => {
  response = await ownResponse('wrong-for-one', {
    customers: 900,
    change: (file) => ({ ...file, pace: { perSecond: 120 } }),
  });
  const { file: right, database, client, until, begin } = response;
  const wrong = { ...right, id: `${right.id}-wrong`, title: 'Another one' };
  await beginBooks(database, wrong);
  const row = async (id: string) => (await findIncident(database.db, id))!;
  const contentHash = 'd'.repeat(64);
  await sql`UPDATE incidents SET content_hash = ${contentHash} WHERE incident_id = ${wrong.id}`.execute(
    database.db,
  );
  const worker = await response.worker();
  const ledger = await runLedger(database);
  await startRun(client, { incidentId: wrong.id, title: wrong.title, ledger, uiUrl: null });
  await approve(client, { incidentId: wrong.id, by: 'the test', contentHash });
  const described = async () => (await client.workflow.getHandle(workflowIdOf(wrong.id)).describe()).raw;
  const attempts = async () =>
    Math.max(0, ...((await described()).pendingActivities ?? []).map(({ attempt }) => attempt ?? 0));
  await begin();
  await until('the word of the worker', async () => /left out, .* asks for work again/.test(logOf(worker)));
  await until('the end of the right one', async () => (await row(right.id)).phase === 'closed');
  // It asks for the wrong one's work once a minute: were the other one left with it, eight minutes would have passed.
  expect(await attempts()).toBeLessThan(4);
  const { message } = (await described()).pendingActivities![0]!.lastFailure!;
  expect(message).toContain("This worker's notices (");
  expect((await surveyNotices(bareBooks(database, await row(wrong.id)), 'notice')).notices).toEqual({});
  expect((await response.books()).notices.sent).toBeGreaterThan(600);
});

const logOf = ({ logFile }: PartProcess) => readFileSync(logFile, 'utf8');
