import { sql } from 'kysely';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { surveyNotices } from '../../src/books/balance';
import { remind } from '../../src/operator/remind';
import { report } from '../../src/operator/report';
import { typed } from '../operator/own-operator';
import { type OwnResponse, ownResponse } from './own-response';

let response: OwnResponse;
afterEach(() => response.end());

const customers = () => sql.id(response.database.companySchema, 'customers');

/** Each has its own, or none: so the relay's log tells them apart. */
const ownAddresses = () =>
  sql`UPDATE ${customers()} SET email = IF(id % 97 = 0, NULL, CONCAT('c', id, '@x.test'))`.execute(
    response.database.db,
  );

/** Everybody whom the relay's own log says it took a reminder for, by the address; how often. */
async function reminded(): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const { to, messageId } of await acceptancesIn(response.relay.log))
    if (messageId.startsWith('r')) times.set(to, (times.get(to) ?? 0) + 1);
  return times;
}

/** A new password for those of this remainder; what a login would do. @returns the addresses. */
async function choose(remainder: number): Promise<string[]> {
  const { db } = response.database;
  const which = sql`id % 10 = ${remainder} AND password_hash IS NULL AND password_set_at IS NOT NULL`;
  const { rows } = await sql<{ email: string }>`
    SELECT email FROM ${customers()} WHERE ${which} AND email IS NOT NULL`.execute(db);
  await sql`UPDATE ${customers()} SET password_hash = 'new', password_set_at = UTC_TIMESTAMP() WHERE ${which}`.execute(
    db,
  );
  return rows.map(({ email }) => email);
}

test('a reminder run through a kill -9: nobody twice, nobody missed, nobody who had chosen, by the log of the relay (I1, I2)', async () => {
  response = await ownResponse('reminder', {
    customers: 3_000,
    change: (file) => ({ ...file, reminder: { afterDays: 0 }, pace: { perSecond: 1_000 } }),
  });
  const { database, client, file, until } = response;
  await ownAddresses();
  const first = await response.worker();
  await response.begin();
  await until('the hold before the reminder', async () =>
    /^The reminder waits for your word/.test((await response.row()).hold_reason ?? ''),
  );
  expect((await reminded()).size).toBe(0);
  const chosen = [...(await choose(1)), ...(await choose(2)), ...(await choose(3))];
  expect(chosen.length).toBeGreaterThan(300);
  await remind(client, { incidentId: file.id, by: 'Ann' });
  const { incident } = await response.row();
  const sent = async () => (await surveyNotices({ db: database.db, incident }, 'reminder')).notices.sent ?? 0;
  await until('some reminders', async () => (await sent()) > 200);
  process.kill(first.identity.pid, 'SIGKILL');
  await first.ended;
  // What the dead worker had claimed has gone out or never will: from here on these have chosen in time, unless their row is there.
  const chosenLate = await choose(4);
  const before = await reminded();
  await response.worker();
  await until('the end, or who is in doubt', async () => {
    const { phase, hold_reason } = await response.row();
    return phase === 'closed' || hold_reason?.startsWith('In doubt') === true;
  });

  const books = await surveyNotices({ db: database.db, incident }, 'reminder');
  const { sent: told = 0, skipped = 0, in_doubt = 0, ...others } = books.notices;
  expect({ others, missing: books.missing }).toEqual({ others: {}, missing: 0 });
  expect(told + skipped + in_doubt).toBe(books.cohort);
  // One for each session of the killed worker's lane, at most.
  expect(in_doubt).toBeLessThanOrEqual(file.relay.sessions);
  const after = await reminded();
  expect([...after.values()].filter((times) => times > 1)).toEqual([]);
  expect(chosen.filter((address) => after.has(address))).toEqual([]);
  expect(chosenLate.filter((address) => after.has(address) && !before.has(address))).toEqual([]);
  expect(chosenLate.some((address) => !after.has(address))).toBe(true);
  // Whoever has no new password, was told and is not in doubt was reminded.
  const { rows: owed } = await sql<{ email: string }>`
    SELECT c.email FROM ${customers()} c
    JOIN notices t ON t.incident = ${incident} AND t.wave = 'notice' AND t.customer_id = c.id AND t.state = 'sent'
    JOIN notices r ON r.incident = ${incident} AND r.wave = 'reminder' AND r.customer_id = c.id AND r.state <> 'in_doubt'
    WHERE c.password_hash IS NULL AND c.password_set_at IS NOT NULL`.execute(database.db);
  expect(owed.length).toBeGreaterThan(500);
  expect(owed.filter(({ email }) => !after.has(email))).toEqual([]);
  expect(await response.verdict()).toMatchObject({ customersAcceptedTwiceOrMore: 0 });
  const { proof } = await report(database, { incidentId: file.id, relayLogs: [response.relay.log] });
  expect(proof.reminders).toMatchObject({ sent: told, remindedAfterChoosing: 0 });
});

test('reminders that the database has lost are rebuilt in their wave, and whom no journal knows is in doubt (I2)', async () => {
  response = await ownResponse('lost-reminders', {
    customers: 600,
    change: (file) => ({ ...file, reminder: { afterDays: 0 }, retry: { firstAfterSeconds: 1, forHours: 1 } }),
  });
  const { database, client, file, relay, until } = response;
  await ownAddresses();
  await response.worker();
  await response.begin();
  await until('the hold before the reminder', async () =>
    /^The reminder waits for your word/.test((await response.row()).hold_reason ?? ''),
  );
  // One is put off again and again, so that the wave is over but for this one.
  const { rows } = await sql<{ email: string }>`
    SELECT email FROM ${customers()} WHERE password_set_at IS NOT NULL AND email IS NOT NULL ORDER BY id DESC LIMIT 1`.execute(
    database.db,
  );
  await relay.control({ add: { at: 'rcpt', reply: '450 4.2.0 Greylisted', match: `^${rows[0]!.email}` } });
  await remind(client, { incidentId: file.id, by: 'Ann' });
  const { incident } = await response.row();
  const books = async () => (await surveyNotices({ db: database.db, incident }, 'reminder')).notices;
  await until('the pass is over', async () => {
    const { sent = 0, deferred = 0 } = await books();
    return sent > 400 && deferred > 0;
  });
  const before = await reminded();
  const { rows: claims } = await sql<{ id: string; first: string; last: string }>`
    SELECT claim_id AS id, first_customer AS first, last_customer AS last FROM claims WHERE wave = 'reminder' ORDER BY claim_id LIMIT 2`.execute(
    database.db,
  );
  const lose = async ({ first, last }: { first: string; last: string }) => {
    const { numAffectedRows } = await sql`
      DELETE FROM notices WHERE wave = 'reminder' AND state = 'sent' AND customer_id BETWEEN ${first} AND ${last}`.execute(
      database.db,
    );
    return Number(numAffectedRows);
  };
  // Of the first the journal knows; of the second the claim is still there, so nobody asks the journal.
  const [known, unknown] = [await lose(claims[0]!), await lose(claims[1]!)];
  expect([known, unknown].every((count) => count > 20)).toBe(true);
  await sql`DELETE FROM claims WHERE claim_id = ${claims[0]!.id}`.execute(database.db);
  await until('the hold', async () =>
    /^The ledger has lost rows/.test((await response.row()).hold_reason ?? ''),
  );
  const cli = (args: string[]) => typed('cli', [...args, '--incident', file.id], response.env);
  const done = await cli(['reconcile', '--go', '--by', 'Ann', '--json']);
  expect([done.code, done.err]).toEqual([0, '']);
  const outcome = JSON.parse(done.out);
  expect(outcome).toMatchObject({ lostClaims: 1, rebuilt: { sent: known }, neitherKnows: unknown });
  await relay.control({ clear: true });
  const settled = await cli(['settle', '--postfix-log', relay.log, '--go', '--by', 'Ann', '--json']);
  expect(JSON.parse(settled.out).settled).toEqual({ accepted: unknown, resent: null });
  await cli(['resume', '--by', 'Ann']);
  await response.untilOver();
  expect((await response.row()).phase).toBe('closed');
  const after = await reminded();
  expect([...after.values()].filter((times) => times > 1)).toEqual([]);
  expect(after.size).toBeGreaterThanOrEqual(before.size);
  expect((await books()).sent).toBe(after.size);
});
