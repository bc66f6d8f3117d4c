import { sql } from 'kysely';
import { countEarlier, earlierCohorts, ledgerBefore } from '../../src/books/earlier-incidents';
import { openDatabase } from '../../src/books/open-database';
import { findCustomer } from '../../src/company/find-customer';
import { ownSchema } from '../own-schema';
import { ownLedger } from './own-ledger';

test('whom an earlier incident told, of those whom this one is about (C78)', async () => {
  const ledger = await ownLedger('earlier', 4);
  const { db, companySchema } = ledger.database;
  try {
    await sql`UPDATE ${sql.id(companySchema, 'customers')} SET created_at = '2011-01-01'`.execute(db);
    // 10 and 20 were told, 30 could not be reached.
    await sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, address, attempt, reply_code, content_hash, claimed_at, settled_at)
      SELECT ${ledger.incident}, 'notice', id, 'primary', 'sent', 1, email, 1, 250, '12345678', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
      FROM ${sql.id(companySchema, 'customers')} WHERE id <= 20`.execute(db);
    await sql`UPDATE ${sql.id(companySchema, 'customers')} SET created_at = '2030-01-01' WHERE id = 40`.execute(
      db,
    );
    const before = await ledgerBefore(ledger.database, 'the-second');
    expect(before).toMatchObject({
      earlier: [{ incident: ledger.incident, incidentId: 'test' }],
      expiredBy: [{ customers: { table: 'customers' } }],
    });
    expect(before.fingerprintKey).toHaveLength(32);
    expect(earlierCohorts('x', before)).toEqual({ ledgerSchema: 'x', incidents: [ledger.incident] });
    const { company } = await ledger.claimIn('notify-1');
    const now = Date.now();
    // 40 lies in the future: of unknown age, and taken to have been there.
    expect(await countEarlier(ledger.database, company, { ...before, now })).toEqual([
      { incidentId: 'test', title: expect.any(String), startedAt: expect.any(String), inCohort: 4, told: 2 },
    ]);
    await sql`UPDATE ${sql.id(companySchema, 'customers')} SET created_at = '2026-06-01' WHERE id = 40`.execute(
      db,
    );
    expect(await countEarlier(ledger.database, company, { ...before, now })).toMatchObject([
      { inCohort: 3, told: 2 },
    ]);
    // To the first incident itself nothing came before.
    expect((await ledgerBefore(ledger.database, 'test')).earlier).toEqual([]);
    expect(await findCustomer(db, company, '10')).toHaveLength(1);
  } finally {
    await ledger.drop();
  }
});

test('without a ledger nothing was before', async () => {
  const schema = await ownSchema('earlier');
  const database = openDatabase(schema.url, { ledgerExists: false, connections: 1 });
  try {
    expect(await ledgerBefore(database, 'first')).toEqual({
      fingerprintKey: null,
      earlier: [],
      expiredBy: [],
    });
  } finally {
    await database.close();
    await schema.drop();
  }
});
