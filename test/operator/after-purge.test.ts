import { sql } from 'kysely';
import { appendAudit } from '../../src/books/audit-chain';
import { findIncident, insertIncident } from '../../src/books/incident-row';
import type { BookedNotice } from '../../src/books/notices';
import { purgeKind } from '../../src/books/purge-kept';
import type { DatabaseMapping } from '../../src/incident/database-schema';
import { type Lookup, lookup } from '../../src/operator/lookup';
import { lookupText } from '../../src/operator/lookup-text';
import { verify } from '../../src/operator/verify';
import { closeAgo, ownLedger } from '../books/own-ledger';
import { referenceMapping } from '../company/reference-mapping';
import { testIncident } from '../notice/test-incident';

const AT = '2026-03-01T02:06:31.123Z';
const GONE = { at: AT, by: 'Jo Counsel', done: true };

function told(notice: Partial<BookedNotice>, passwordSetAt: string | null): string {
  const facts: Lookup = {
    incidentId: 'test',
    asked: '10',
    cutoff: AT,
    phase: 'closed',
    gate: 'closed',
    foundBy: null,
    unsearched: false,
    alike: [],
    fileVersion: 1,
    relays: [],
    emailIndexed: true,
    purged: { addresses: GONE, relayWords: GONE, fingerprints: GONE },
    customers: [
      {
        id: '10',
        account: {
          id: '10',
          email: 'ann@x.test',
          createdAt: AT,
          hasPassword: true,
          passwordSetAt,
        } as NonNullable<Lookup['customers'][number]['account']>,
        booked: {
          id: '10',
          password: 'expired',
          expiredAt: AT,
          chosen: null,
          oldIsBack: null,
          notices: [
            {
              ...{ wave: 'notice', state: 'failed', address: '', attempts: 1, replyCode: 550, replyText: '' },
              ...{ queueId: null, reason: 'rcpt', claimedAt: AT, settledAt: AT, retryAt: null },
              ...notice,
            } as BookedNotice,
          ],
        },
        otherPurged: null,
        receiver: null,
      },
    ],
  };
  return lookupText(facts);
}

test('purged words of the relay, and a purged address, are told as purged; what never was is not', () => {
  const words = 'purged on 2026-03-01 by Jo Counsel';
  expect(told({}, null)).toContain(`NOT DELIVERED to an address that was ${words}`);
  expect(told({}, null)).toContain(`(code 550, its words were ${words})`);
  expect(told({ replyText: null }, null)).toContain('(code 550: rcpt)');
});

test('once the fingerprints are purged a password is called new only where a column says so (I7)', () => {
  expect(told({}, null)).toContain(
    'can no longer be told: the fingerprints were purged on 2026-03-01 by Jo Counsel.',
  );
  expect(told({}, '2026-04-01T00:00:00Z')).toContain('A new password was chosen on 2026-04-01 00:00:00 UTC.');
});

test('verify asks nothing of fingerprints that were purged, and says what is not judged; a purge that is only on record changes nothing (I7)', async () => {
  const mapping = referenceMapping() as DatabaseMapping;
  const retire = mapping.retire.map(({ setAt: _, ...entry }) => entry);
  const ledger = await ownLedger('after_purge', 2, { database: { ...mapping, retire, revoke: [] } });
  try {
    const { db, companySchema } = ledger.database;
    await sql`UPDATE ${sql.id(companySchema, 'customers')} SET password_hash = 'x' WHERE id = 10`.execute(db);
    await sql`UPDATE cohort SET fingerprints = ${Buffer.alloc(16, 7)}`.execute(db);
    await closeAgo(ledger.books, '1 HOUR');
    const found = async () => {
      const { checks } = await verify(ledger.database, (await findIncident(db, 'test'))!, []);
      return checks.flatMap((check) => [check.name, ...check.found]).join('\n');
    };
    expect(await found()).toContain('differ from those that were retired');
    const detail = { kind: 'fingerprints', rows: 2 };
    for (const action of ['purge', 'purged']) {
      await appendAudit(ledger.books, { who: 'Eve', action, detail });
      expect(await found()).toContain('differ from those that were retired');
    }
    expect(await found()).toContain(
      'what the audit log calls purged is gone (I6)\n2 fingerprints are there still',
    );
    await purgeKind(ledger.books, 'fingerprints', { by: 'Jo Counsel', afterDays: 0 });
    const after = await found();
    expect(after).not.toContain('differ from those that were retired');
    expect(after).toContain('not judged: the fingerprints of expired passwords were purged on');
  } finally {
    await ledger.drop();
  }
});

test('a later incident calls no password new that only fingerprints of an earlier one could tell, once those are purged (I7)', async () => {
  const mapping = referenceMapping() as DatabaseMapping;
  const retire = mapping.retire.map(({ setAt: _, ...entry }) => entry);
  const file = { ...testIncident(), id: 'later', database: { ...mapping, retire, revoke: [] } };
  const ledger = await ownLedger('later_purge', 3, { database: file.database });
  try {
    const { db, companySchema } = ledger.database;
    await sql`UPDATE ${sql.id(companySchema, 'customers')} SET password_hash = 'x'`.execute(db);
    await sql`UPDATE cohort SET password = 'none' WHERE customer_id = 30`.execute(db);
    await insertIncident(db, {
      ...{ incident: file, fileHash: 'f'.repeat(64), contentHash: 'c'.repeat(64) },
      ...{ messageKey: Buffer.alloc(32), by: 'Ann' },
    });
    const later = (await findIncident(db, 'later'))!;
    // Customer 20 is expired again before the purge, and the expiry takes over what the first knew.
    const expireAgain = (id: number) =>
      sql`INSERT INTO cohort (incident, customer_id, password, expired_at, fingerprints)
        VALUES (${later.incident}, ${id}, 'expired', UTC_TIMESTAMP(6), REPEAT('y', 16))`.execute(db);
    await expireAgain(20);
    await closeAgo(ledger.books, '1 HOUR');
    await purgeKind(ledger.books, 'fingerprints', { by: 'Jo Counsel', afterDays: 0 });
    await expireAgain(10);
    await expireAgain(30);
    const facts = async (id: string) => lookup(ledger.database, later, id);
    const said = async (id: string) => lookupText(await facts(id));
    expect(await said('10')).toMatch(
      /Since then +There is a password\. Whether it is one that test had expired is not known any more: its fingerprints were purged on [-0-9]{10} by Jo Counsel\./,
    );
    expect((await facts('10')).customers).toMatchObject([
      { booked: { chosen: null, oldIsBack: null }, otherPurged: { incidentId: 'test', by: 'Jo Counsel' } },
    ]);
    for (const id of ['20', '30'])
      expect(await said(id)).toContain('A new password has been chosen; nobody knows when.');
    await sql`UPDATE cohort SET fingerprints = REPEAT('z', 16), password = 'changed_since' WHERE incident = ${later.incident} AND customer_id = 10`.execute(
      db,
    );
    expect(await said('10')).toContain('Whether it is one that test had expired is not known any more');
  } finally {
    await ledger.drop();
  }
});
