import { sql } from 'kysely';
import { appendAudit } from '../../src/books/audit-chain';
import { findIncident } from '../../src/books/incident-row';
import type { BookedNotice } from '../../src/books/notices';
import { purgeKind } from '../../src/books/purge-kept';
import type { DatabaseMapping } from '../../src/incident/database-schema';
import { type Lookup, lookupText } from '../../src/operator/lookup';
import { verify } from '../../src/operator/verify';
import { ownLedger } from '../books/own-ledger';
import { referenceMapping } from '../company/reference-mapping';

const AT = '2026-03-01T02:06:31.123Z';
const GONE = { at: AT, by: 'Jo Counsel', done: true };

function told(notice: Partial<BookedNotice>, passwordSetAt: string | null): string {
  const facts: Lookup = {
    incidentId: 'test',
    asked: '10',
    cutoff: AT,
    phase: 'closed',
    gate: 'closed',
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
    await sql`UPDATE incidents SET phase = 'closed', closed_at = UTC_TIMESTAMP(6)`.execute(db);
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
