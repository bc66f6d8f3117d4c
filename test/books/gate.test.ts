import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { verifyAudit } from '../../src/books/audit-chain';
import type { BareBooks } from '../../src/books/books';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { rowFaults } from '../../src/books/compare-row-with-audit';
import { beginDelay } from '../../src/books/delay';
import { closeGate, openGate, readGate } from '../../src/books/gate';
import { lockOpenIncident, setRate } from '../../src/books/incident-decisions';
import type { IncidentRow } from '../../src/books/incident-row';
import type { AuditTable } from '../../src/books/ledger-tables';
import { openDatabase } from '../../src/books/open-database';
import { isoTime } from '../../src/books/rows';
import { settleClaim } from '../../src/books/settle-claim';
import { withDatabase } from '../../src/operator/parts';
import type { Addresses } from '../../src/operator/parts/addresses';
import { auditEntries } from '../audit-entries';
import { untilLockWait } from '../lock-waits';
import { type OwnLedger, ownLedger, refOf } from './own-ledger';

const all = { after: null, upTo: '999999' };
let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('gate', 20);
});
afterEach(() => ledger.drop());

test('a pause lets no claim commit once it has returned (I2)', async () => {
  const { db } = ledger.database;
  const context = await ledger.claimIn('notify-1', { batchLimit: 1 });
  let stop = false;
  let lastClaimAfterPause = 0;
  let paused = false;
  const claiming = (async () => {
    while (!stop) {
      const startedAfterPause = paused;
      const claim = await claimNotices(context, all, randomUUID());
      if (startedAfterPause && claim.kind === 'claimed') lastClaimAfterPause++;
      if (claim.kind === 'gate-closed') return claim;
    }
    return undefined;
  })();
  await closeGate(ledger.books, 'a look at the text', 'ann');
  paused = true;
  const { rows } = await sql<{ n: string }>`SELECT COUNT(*) AS n FROM notices`.execute(db);
  const claim = await claiming;
  stop = true;
  const after = await sql<{ n: string }>`SELECT COUNT(*) AS n FROM notices`.execute(db);
  expect(claim).toEqual({ kind: 'gate-closed', reason: 'a look at the text', by: 'ann' });
  expect(after.rows).toEqual(rows);
  expect(lastClaimAfterPause).toBe(0);
});

test('a pause waits for the claim transaction in flight, and returns after it (I2)', async () => {
  const { database, books, incident } = ledger;
  // The claim waits for its lane as long as it takes, instead of beginning anew after 3 s.
  const patient = openDatabase(ledger.url, { connections: 1 });
  await sql`SET SESSION innodb_lock_wait_timeout = 600`.execute(patient.db);
  const context = await ledger.claimIn('notify-1', { batchLimit: 3, db: patient.db });
  const ended: string[] = [];
  let claiming: Promise<unknown> | undefined;
  let closing: Promise<unknown> | undefined;
  // The lane's row keeps the claim in its transaction, after it has read the gate.
  await database.db.transaction().execute(async (trx) => {
    await sql`SELECT token FROM lanes WHERE incident = ${incident} FOR UPDATE`.execute(trx);
    claiming = claimNotices(context, all, randomUUID()).then(({ kind }) => ended.push(kind));
    await untilLockWait(database, (statement) => statement.includes('FROM lanes'));
    closing = closeGate(books, 'wait', 'ann').then(({ liveClaims }) =>
      ended.push(`closed, ${liveClaims} live`),
    );
    const isClosing = (statement: string) => statement.includes('SELECT gate, gate_reason, gate_by');
    await untilLockWait(database, isClosing, () => ended.length > 0);
    expect(ended).toEqual([]);
  });
  await Promise.all([claiming, closing]);
  await patient.close();
  expect(ended).toContain('claimed');
  expect(ended).toContain('closed, 1 live');
});

test.each([
  ['a pause by the run', (books: BareBooks) => closeGate(books, 'paused: typo', 'Ann (through Temporal: x)')],
  ['pause --direct', (books: BareBooks) => closeGate(books, 'paused: typo', 'Ann')],
  ['the breaker', (books: BareBooks) => closeGate(books, '20 in a row: 550 5.7.1', 'the breaker')],
  ['the guard', (books: BareBooks) => closeGate(books, 'a foreign name', 'the guard')],
])('what closed the gate first stays seen: %s, then two pauses more (17.7)', async (_, first) => {
  const { books } = ledger;
  const { reason, by, since, fence } = await first(books);
  await closeGate(books, 'paused: lunch', 'Ben');
  // The same once more, by an activity whose answer was lost or by a tired operator, says nothing more.
  await closeGate(books, 'paused: lunch', 'Ben');
  const again = await closeGate(books, 'paused', 'Jo');
  expect(again).toMatchObject({
    ...{ gate: 'closed', by, since, fence: fence + 3 },
    reason: `${reason}; then by Ben: paused: lunch; then by Jo: paused`,
  });
  // The record has each; verify finds the row as the record tells it.
  const { rows } = await sql<AuditTable>`
    SELECT * FROM audit WHERE incident = ${ledger.incident} ORDER BY seq`.execute(ledger.database.db);
  expect(rows.filter(({ action }) => action === 'gate-closed')).toHaveLength(4);
  const here = await sql<IncidentRow>`
    SELECT * FROM incidents WHERE incident = ${ledger.incident}`.execute(ledger.database.db);
  expect(rowFaults(here.rows[0]!, rows)).toEqual([]);
  await openGate(books, again.fence, 'Jo');
  expect(await closeGate(books, 'paused: new', 'Kim')).toMatchObject({ by: 'Kim', reason: 'paused: new' });
});

test("of law enforcement's hold and a pause each keeps its own words, whichever came first (17.7)", async () => {
  const { books } = ledger;
  await beginDelay(books, 'Jo', 'FBI 1');
  const both = await closeGate(books, 'paused: lunch', 'Ben');
  expect(both).toMatchObject({ by: 'Ben', reason: 'paused: lunch', delay: { by: 'Jo', reason: 'FBI 1' } });
  expect((await closeGate(books, 'paused', 'Kim')).reason).toBe('paused: lunch; then by Kim: paused');
  await openGate(books, both.fence + 1, 'Ben');
  expect(await readGate(books)).toMatchObject({ gate: 'closed', reason: expect.stringContaining('FBI 1') });
});

test('a worker frozen inside a claim does not hang a pause: its transaction is ended after 3 s', async () => {
  const frozen = openDatabase(ledger.url, { connections: 1, idleTransactionSeconds: 3 });
  let closed: Promise<unknown> | undefined;
  const claiming = frozen.db.connection().execute(async (connection) => {
    await sql`BEGIN`.execute(connection);
    await sql`SELECT gate FROM incidents WHERE incident = ${ledger.incident} LOCK IN SHARE MODE`.execute(
      connection,
    );
    closed = closeGate(ledger.books, 'now', 'ann');
    expect(await closed).toMatchObject({ gate: 'closed', by: 'ann' });
    // The woken worker finds its connection gone: it can commit nothing.
    await expect(sql`UPDATE lanes SET token = 'x'`.execute(connection)).rejects.toThrow();
  });
  await claiming;
  await frozen.close();
});

test('a command line that was stopped (Ctrl-Z) inside a decision does not hang a pause, either', async () => {
  const addresses = { databaseUrl: ledger.url } as Addresses;
  await withDatabase(addresses, (stopped) =>
    stopped.db.connection().execute(async (connection) => {
      await sql`BEGIN`.execute(connection);
      await lockOpenIncident({ db: connection, incident: ledger.incident });
      expect(await closeGate(ledger.books, 'now', 'ann')).toMatchObject({ gate: 'closed', by: 'ann' });
      await expect(sql`COMMIT`.execute(connection)).rejects.toThrow();
    }),
  );
});

test('an opening that froze does not undo a later pause', async () => {
  const first = await closeGate(ledger.books, 'first', 'ann');
  const later = await closeGate(ledger.books, 'second', 'bob');
  expect(await openGate(ledger.books, first.fence, 'ann')).toMatchObject({
    opened: false,
    gate: 'closed',
    reason: 'first; then by bob: second',
    by: 'ann',
  });
  expect(await openGate(ledger.books, later.fence, 'ann')).toMatchObject({
    opened: true,
    gate: 'open',
    by: 'ann',
  });
});

test('an opening whose acknowledgement was lost and is repeated says that it opened, and is on the record once (I6)', async () => {
  const { fence } = await closeGate(ledger.books, 'first', 'ann');
  await openGate(ledger.books, fence, 'ann');
  expect(await openGate(ledger.books, fence, 'ann')).toMatchObject({ opened: true, gate: 'open' });
  expect(await auditEntries(ledger.database.db, { action: 'gate-opened' })).toHaveLength(1);
});

test('an opening that opened nothing is not on the record (I6)', async () => {
  const { fence } = await closeGate(ledger.books, 'first', 'ann');
  await closeGate(ledger.books, 'second', 'bob');
  await openGate(ledger.books, fence, 'ann');
  expect(await auditEntries(ledger.database.db, { action: 'gate-opened' })).toEqual([]);
});

test('a gate tells of claims that still live and when they end: not of settled ones, nor of those whose lease is over', async () => {
  const claim = async (lane: string) => {
    const context = await ledger.claimIn(lane, { batchLimit: 3 });
    return refOf((await claimNotices(context, all, randomUUID())) as Claimed);
  };
  const [settled, over, live] = [await claim('notify-1'), await claim('notify-2'), await claim('notify-3')];
  await settleClaim(ledger.books, settled, []);
  await sql`UPDATE claims SET claimed_at = UTC_TIMESTAMP(3) - INTERVAL 2 SECOND, lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND
    WHERE claim_id = ${over.claimId}`.execute(ledger.database.db);
  const { rows } = await sql<{ end: string }>`
    SELECT lease_until AS end FROM claims WHERE claim_id = ${live.claimId}`.execute(ledger.database.db);
  expect(await readGate(ledger.books)).toMatchObject({ liveClaims: 1, quietBy: isoTime(rows[0]!.end) });
  await settleClaim(ledger.books, live, []);
  expect(await readGate(ledger.books)).toMatchObject({ liveClaims: 0, quietBy: null });
});

test('every decision is in the audit with who and why, and its chain verifies until somebody changes it (I6)', async () => {
  const { db } = ledger.database;
  await closeGate(ledger.books, 'why', 'ann');
  await setRate(ledger.books, 7, 'bob');
  await setRate(ledger.books, 7, 'bob');
  expect((await readGate(ledger.books)).ratePerSecond).toBe(7);
  const entries = await auditEntries(db);
  expect(entries.slice(2)).toEqual([
    { who: 'ann', action: 'gate-closed', detail: '{"reason":"why"}' },
    { who: 'bob', action: 'rate', detail: '{"perSecond":7}' },
  ]);
  expect(await verifyAudit(ledger.books)).toBeNull();
  await sql`UPDATE audit SET who = 'eve' WHERE action = 'rate'`.execute(db);
  expect(await verifyAudit(ledger.books)).toBe('entry 4 was changed after it was written');
  await sql`DELETE FROM audit WHERE seq = 3`.execute(db);
  expect(await verifyAudit(ledger.books)).toBe('entry 3 is missing: the next one is 4');
});

test('decisions made at the same time keep one unbroken chain', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      i % 2 ? closeGate(ledger.books, `pause ${i}`, 'ann') : setRate(ledger.books, i + 1, 'bob'),
    ),
  );
  expect(await verifyAudit(ledger.books)).toBeNull();
});
