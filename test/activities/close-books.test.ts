import { sql } from 'kysely';
import { closeBooks } from '../../src/activities/close-books';
import { runContexts } from '../../src/activities/run-context';
import { readHead } from '../../src/books/audit-chain';
import { beginDelay, readDelay, releaseDelay } from '../../src/books/delay';
import { findIncident } from '../../src/books/incident-row';
import type { AuditHead } from '../../src/incident/audit-head';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('books', 2);
});
afterEach(() => ledger.drop());

const close = (more: { auditHead?: AuditHead } = {}) =>
  closeBooks(runContexts(ledger.database))({
    incidentId: 'test',
    ledgerId: ledger.ledgerId,
    by: 'the workflow',
    ...more,
  });
const phase = async () => (await findIncident(ledger.database.db, 'test'))!.phase;
const tellEverybody = () =>
  sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, reason, settled_at)
    SELECT incident, 'notice', customer_id, 'primary', 'skipped', 0, 'address-missing', UTC_TIMESTAMP(3) FROM cohort`.execute(
    ledger.database.db,
  );

test('books that lack somebody are not closed, and it is counted (I1)', async () => {
  expect(await close()).toEqual({
    closed: false,
    problems: ['2 of the cohort have no notice yet (I1)'],
    findings: [],
  });
  await tellEverybody();
  expect(await close()).toEqual({ closed: true, problems: [], findings: [] });
  expect(await phase()).toBe('closed');
  expect(await close()).toMatchObject({ closed: true });
});

test('a password that lives again keeps them open, told apart from the books (I3)', async () => {
  await tellEverybody();
  const { db, companySchema } = ledger.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET password_hash = 'again', password_set_at = '2012-01-01' WHERE id = 10`.execute(
    db,
  );
  expect(await close()).toMatchObject({ closed: false, problems: [], findings: [{ count: 1 }] });
  expect(await phase()).toBe('expire');
});

test('a copy on another server is not closed, however whole it looks', async () => {
  await tellEverybody();
  await sql`UPDATE incidents SET server_identity = 'another'`.execute(ledger.database.db);
  const { closed, problems } = await close();
  expect([closed, problems[0]]).toEqual([false, expect.stringContaining('npm run cli -- reconcile')]);
  expect(await phase()).toBe('expire');
});

test('a chain that has lost what Temporal knows of it is not closed (I6)', async () => {
  await tellEverybody();
  const { seq, hash } = (await readHead(ledger.books))!;
  const { problems } = await close({ auditHead: { seq: seq + 2, hash: 'a'.repeat(64) } });
  expect(problems).toEqual([
    expect.stringContaining(
      'Temporal has entry 4 of the audit log, and this database does not (its own ends with entry 2)',
    ),
  ]);
  expect(await close({ auditHead: { seq, hash } })).toMatchObject({ closed: true });
});

test('while law enforcement asks to wait they are not closed: who asked is the reason', async () => {
  await tellEverybody();
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  expect(await close()).toEqual({
    closed: false,
    problems: ['Held for law enforcement by Ann: FBI 12-345'],
    findings: [],
  });
  await releaseDelay(ledger.books, (await readDelay(ledger.books))!.requests[0]!, {
    by: 'Jo',
    reason: 'agreed',
  });
  expect(await close()).toMatchObject({ closed: true });
});
