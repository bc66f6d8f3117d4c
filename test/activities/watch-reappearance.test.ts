import { sql } from 'kysely';
import pino from 'pino';
import type { RunContext } from '../../src/activities/run-context';
import { type ReappearanceWatch, watchReappearance } from '../../src/activities/watch-reappearance';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { INCIDENT, type OwnCompany, ownCompany, THREE_CUSTOMERS } from '../company/own-company';

let company: OwnCompany;
let run: RunContext;
const logLines: string[] = [];
beforeEach(async () => {
  logLines.length = 0;
  company = await ownCompany('watch');
  run = { books: company.books } as RunContext;
  await company.insert('customers', THREE_CUSTOMERS);
});
afterEach(() => company.drop());

/** One worker's. */
const watchOf = (lookAfterMilliseconds = 200): ReappearanceWatch => {
  const log = pino({}, { write: (line) => void logLines.push(line) });
  return watchReappearance(company.database, log, lookAfterMilliseconds);
};
const watched = async () => {
  const watch = watchOf();
  watch.expired(run);
  await watch.close();
};
const choose = (id: number, setAt: string | null) =>
  company.run(
    sql`UPDATE ${company.table('customers')} SET password_hash = 'another', password_set_at = ${setAt} WHERE id = ${id}`,
  );
const today = () => new Date().toISOString().slice(0, 19).replace('T', ' ');
const sessions = async () =>
  (
    await company.rows(sql<{ token: string }>`SELECT token FROM ${company.table('sessions')} ORDER BY token`)
  ).map(({ token }) => token);
const openSessions = () =>
  company.run(sql`INSERT INTO ${company.table('sessions')} (customer_id, token, created_at)
    SELECT customer_id, CONCAT('s', customer_id), expired_at + INTERVAL 1 SECOND FROM cohort`);
const verdict = () => verifyExpiry(company.database.db, company, INCIDENT, Date.now());
const marked = async () =>
  (
    await company.rows(
      sql<{ id: string }>`SELECT customer_id AS id FROM cohort WHERE reappeared_at IS NOT NULL ORDER BY id`,
    )
  ).map(({ id }) => Number(id));

test('what a login under way opened dies a moment after the expiry, and is counted in the log (I3)', async () => {
  await company.expire();
  await openSessions();
  await choose(2, today());
  await watched();
  expect(await sessions()).toEqual(['s2']);
  expect(logLines.map((line) => JSON.parse(line).rows)).toEqual([2]);
  expect(logLines.join()).not.toMatch(/mail\.test|hash-/);
  expect(await verdict()).toEqual({ clean: true, findings: [], unprovable: [] });
});

test('each range is looked at once, and not before logins that were under way have ended', async () => {
  await company.expire({ after: null, upTo: '2' });
  const first = watchOf(60_000);
  void first.expired(run);
  await choose(1, null);
  await watched();
  expect(await marked()).toEqual([1]);
  await choose(2, null);
  await company.expire({ after: '2', upTo: '9' });
  await choose(3, null);
  await watched();
  expect(await marked()).toEqual([1, 3]);
});

test('where nothing came back nothing is said', async () => {
  await company.expire();
  await watched();
  expect(logLines).toEqual([]);
});

// Red without noteExpiredRange() in expire-range.ts: only the killed worker knew of the range.
test('what a killed worker has not looked at is looked at before anything is called well (I7)', async () => {
  await company.expire();
  await openSessions();
  await choose(1, null);
  await watchOf().finish(run);
  expect(await marked()).toEqual([1]);
  expect(await sessions()).toEqual([]);
  expect((await verdict()).unprovable).toEqual([
    { count: 1, what: expect.stringMatching(/^passwords appeared within seconds/), todo: expect.any(String) },
  ]);
});

test('a range that is looked at too late tells nothing: what appeared is new, or not, and verify says so (I5, I7)', async () => {
  await company.expire();
  await choose(1, null);
  await choose(2, today());
  const unseen = {
    count: 1,
    what: expect.stringMatching(/nobody checked within a minute/),
    todo: expect.any(String),
  };
  expect((await verdict()).unprovable).toEqual([unseen]);
  await company.run(sql`UPDATE expired_ranges SET expired_at = expired_at - INTERVAL 61 SECOND`);
  await watchOf().finish(run);
  expect(await marked()).toEqual([]);
  expect((await verdict()).unprovable).toEqual([unseen]);
});

test('what cannot be looked at now is left for the next time', async () => {
  await company.expire();
  await choose(1, null);
  await company.run(sql`RENAME TABLE ${company.table('sessions')} TO ${company.table('gone')}`);
  await watched();
  expect(logLines.join()).toMatch(/could not look again/);
  expect(logLines.join()).not.toMatch(/mail\.test|hash-/);
  await company.run(sql`RENAME TABLE ${company.table('gone')} TO ${company.table('sessions')}`);
  await company.run(sql`UPDATE cohort SET reappeared_at = NULL`);
  await watchOf().finish(run);
  expect(await marked()).toEqual([1]);
});
