import { sql } from 'kysely';
import { readAudit } from '../../src/books/audit-chain';
import { rowFaults } from '../../src/books/compare-row-with-audit';
import { findIncident, incidentOf } from '../../src/books/incident-row';
import { readApprovers, recordApproval } from '../../src/books/record-approval';
import { auditEntries } from '../audit-entries';
import { untilLockWait } from '../lock-waits';
import { amendAs, proposeTo } from './own-amendment';
import { type OwnLedger, ownLedger } from './own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('approving', 1);
});
afterEach(() => ledger.drop());

const row = async () => (await findIncident(ledger.database.db, 'test'))!;
const approve = async (login: string | null, people = 3) => {
  const { content_hash: contentHash } = await row();
  return recordApproval(ledger.books, { by: `${login} by name`, contentHash, login, people });
};
const approvals = async () =>
  (await auditEntries(ledger.database.db, { action: 'approve' })).map(({ who }) => who);

test('the texts are approved once so many logins have said so as the file asks for, each on record (C92)', async () => {
  expect(await approve('bob')).toMatch(
    /^1 person must approve, by another login than .*bob, who has approved\.$/,
  );
  expect((await row()).approved_at).toBeNull();
  expect(await approve('bob')).toContain('bob has approved already');
  expect(await approve(null)).toContain('Temporal does not say who sent it');
  expect(await approvals()).toEqual(['bob by name']);
  expect(rowFaults(await row(), await readAudit(ledger.books))).toEqual([]);
  expect(await approve('eve')).toBeNull();
  expect(await row()).toMatchObject({
    approved_by: 'bob by name and eve by name',
    approved_hash: (await row()).content_hash,
  });
  expect(rowFaults(await row(), await readAudit(ledger.books))).toEqual([]);
  expect(await approve('joe')).toBeNull();
  expect(await approvals()).toEqual(['bob by name', 'eve by name']);
});

test('an approval of other texts than the run would send counts for nothing, whoever sent it (C103)', async () => {
  const late = { by: 'bob', contentHash: 'a'.repeat(64), login: 'bob' };
  expect(await recordApproval(ledger.books, late)).toMatch(
    /^An approval did not count: it names the texts aaaaaaaaaaaa, and the run would send [0-9a-f]{12}\. /,
  );
  expect((await row()).approved_at).toBeNull();
  expect(await approvals()).toEqual([]);
});

test('an approval is of a version of the file: one that is replayed by a reset counts for nothing, though the words are the same again (C103)', async () => {
  const first = await row();
  const asked = { by: 'ann', contentHash: first.content_hash, login: 'ann' };
  expect(await recordApproval(ledger.books, asked)).toBeNull();
  for (const heading of ['Notice', incidentOf(first).texts.en!.heading])
    await amendAs(ledger, await proposeTo(ledger, (file) => (file.texts.en!.heading = heading)));
  expect(await row()).toMatchObject({ version: 3, content_hash: first.content_hash, approved_at: null });
  expect(await recordApproval(ledger.books, asked)).toMatch(
    /^An approval did not count: it is of version 1 of the incident's file, and version 3 is in effect\. /,
  );
  expect((await row()).approved_at).toBeNull();
  expect(await recordApproval(ledger.books, { ...asked, version: 3 })).toBeNull();
  expect(await approvals()).toHaveLength(2);
});

test('two approvals of one person at the same time are one (C92)', async () => {
  const { db } = ledger.database;
  let both!: Promise<unknown>;
  // Whoever reads who has approved before the row is its own finds nobody, twice.
  await db.transaction().execute(async (trx) => {
    await sql`SELECT incident FROM incidents FOR UPDATE`.execute(trx);
    both = Promise.all([approve('bob'), approve('bob')]);
    await untilLockWait(ledger.database, (statement) => statement.includes('FROM incidents'), undefined, 2);
  });
  await both;
  expect(await approvals()).toEqual(['bob by name']);
  expect((await row()).approved_at).toBeNull();
});

test('where one of two names is written into the row by UPDATE, the row is not what the audit log says (C91)', async () => {
  await approve('bob');
  await sql`UPDATE incidents SET approved_by = 'bob by name', approved_hash = content_hash, approved_at = UTC_TIMESTAMP(6)`.execute(
    ledger.database.db,
  );
  const faults = rowFaults(await row(), await readAudit(ledger.books));
  expect(faults).toContain("who approved: the incident's row says bob by name, the audit log says nothing");
});

test('who started it is known by login, unless by a version that did not note it', async () => {
  expect(await readApprovers(ledger.books, 2)).toMatchObject({ starter: null, approvers: [] });
});
