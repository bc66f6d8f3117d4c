import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { takeLane } from '../../src/books/claim';
import { openDatabase } from '../../src/books/open-database';
import { readCatalog } from '../../src/company/catalog';
import { expireRange } from '../../src/company/expire-range';
import { verifyExpiry } from '../../src/company/verify-expiry';
import { type CommitFate, commitProxy } from './commit-proxy';
import { BEFORE, INCIDENT, ownCompany } from './own-company';

const FATES: CommitFate[] = ['refused', 'done-and-cut', 'lost-and-cut'];

test.each(FATES)(
  'a COMMIT that is %s: the range is expired once, and the counts are right (C37)',
  async (fate) => {
    const company = await ownCompany('commit');
    const proxy = await commitProxy(company.url);
    const through = openDatabase(proxy.url, { connections: 2 });
    try {
      const ids = [1, 2, 3];
      await company.insert(
        'customers',
        ids.map((id) => ({ id, created_at: BEFORE, password_hash: `hash-${id}` })),
      );
      await company.insert(
        'sessions',
        ids.map((id) => ({ customer_id: id, token: 't', created_at: BEFORE })),
      );
      const laneToken = randomUUID();
      await takeLane({ db: through.db, incident: INCIDENT }, 'expire-1', laneToken);
      proxy.fate = fate;
      const counts = await expireRange(through.db, company, {
        incident: INCIDENT,
        lane: 'expire-1',
        laneToken,
        range: { after: null, upTo: '3' },
      });
      expect(proxy.fate).toBeNull();
      expect(counts).toEqual({ expired: 3, changed_since: 0, none: 0, revoked: 3 });
      const rows = await company.rows(
        sql`SELECT password_hash FROM ${company.table('customers')} ORDER BY id`,
      );
      expect(rows).toEqual(ids.map(() => ({ password_hash: null })));
    } finally {
      await through.close();
      await proxy.close();
      await company.drop();
    }
  },
);

test('a session table that ignores rollback is still empty after the repeat (C35)', async () => {
  const company = await ownCompany('commit');
  const proxy = await commitProxy(company.url);
  const through = openDatabase(proxy.url, { connections: 2 });
  try {
    const { mixesEngines } = await readCatalog(company.database.db, company.companySchema);
    if (!mixesEngines) return; // such a server refuses the table: the dry run stops there (inspect-tables.test.ts)
    await company.run(sql`ALTER TABLE ${company.table('sessions')} ENGINE=MyISAM`);
    await company.insert('customers', [{ id: 1, created_at: BEFORE, password_hash: 'hash' }]);
    await company.insert('sessions', [{ customer_id: 1, token: 't', created_at: BEFORE }]);
    const laneToken = randomUUID();
    await takeLane({ db: through.db, incident: INCIDENT }, 'expire-1', laneToken);
    proxy.fate = 'lost-and-cut';
    const range = { after: null, upTo: '1' };
    const expiry = { incident: INCIDENT, lane: 'expire-1', laneToken, range };
    expect(await expireRange(through.db, company, expiry)).toMatchObject({ expired: 1 });
    const verdict = await verifyExpiry(through.db, company, INCIDENT, Date.now());
    expect(verdict).toEqual({ clean: true, findings: [], unprovable: [] });
  } finally {
    await through.close();
    await proxy.close();
    await company.drop();
  }
});
