import { sql } from 'kysely';
import pino from 'pino';
import type { RunContext } from '../../src/activities/run-context';
import { watchReappearance } from '../../src/activities/watch-reappearance';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { INCIDENT, type OwnCompany, ownCompany, THREE_CUSTOMERS } from '../company/own-company';

let company: OwnCompany;
beforeEach(async () => {
  company = await ownCompany('watch');
  await company.insert('customers', THREE_CUSTOMERS);
  await company.expire();
});
afterEach(() => company.drop());

const watched = async (upTo: string) => {
  const said: string[] = [];
  const watch = watchReappearance(company.database, pino({}, { write: (line) => void said.push(line) }));
  watch.expired({ number: INCIDENT, company } as unknown as RunContext, { after: null, upTo });
  await watch.close();
  return said;
};
const sessions = async () =>
  (
    await company.rows(sql<{ token: string }>`SELECT token FROM ${company.table('sessions')} ORDER BY token`)
  ).map(({ token }) => token);

test('what a login under way opened dies a moment after the expiry, and is counted in the log (I3)', async () => {
  await company.run(sql`INSERT INTO ${company.table('sessions')} (customer_id, token, created_at)
    SELECT customer_id, CONCAT('s', customer_id), expired_at + INTERVAL 1 SECOND FROM cohort`);
  await company.run(
    sql`UPDATE ${company.table('customers')} SET password_hash = 'chosen', password_set_at = UTC_TIMESTAMP() WHERE id = 2`,
  );
  const said = await watched('2');
  expect(await sessions()).toEqual(['s2', 's3']);
  expect(said.map((line) => JSON.parse(line).rows)).toEqual([1]);
  expect(said.join()).not.toMatch(/mail\.test|hash-/);
  await watched('3');
  expect(await sessions()).toEqual(['s2']);
  expect(await verifyExpiry(company.database.db, company, INCIDENT, Date.now())).toEqual({
    clean: true,
    findings: [],
    unprovable: [],
  });
});

test('where nothing came back nothing is said', async () => {
  expect(await watched('9')).toEqual([]);
});
