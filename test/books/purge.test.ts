import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { appendAudit, readAudit, verifyAudit } from '../../src/books/audit-chain';
import {
  countKept,
  earlyPurges,
  NotDueError,
  purgeKind,
  RowChangedError,
  readPurged,
} from '../../src/books/purge-kept';
import { auditEntries } from '../audit-entries';
import { fatalWire } from './fatal-wire';
import { closeAgo, type OwnLedger, ownLedger } from './own-ledger';

const CUSTOMERS = 10;
const WORD = { by: 'Ann', afterDays: 1, customersAtOnce: 3 };

let ledger: OwnLedger;
/** Everybody was told, but for the last one, whom the relay refused, and who never had an address; two days ago it was closed. */
beforeEach(async () => {
  ledger = await ownLedger('purge', CUSTOMERS);
  const { db } = ledger.database;
  await sql`UPDATE cohort SET fingerprints = REPEAT('x', 32)`.execute(db);
  await sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, attempt, address, content_hash, reply_code, claimed_at, settled_at)
    SELECT incident, 'notice', customer_id, 'primary', 'sent', 1, 1, 'a@x.test', REPEAT('h', 8), 250, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
    FROM cohort`.execute(db);
  await sql`UPDATE notices SET state = 'failed', reason = 'rcpt', reply_code = 550, reply_text = 'no such Ann' WHERE customer_id IN (90, 100)`.execute(
    db,
  );
  await sql`UPDATE notices SET state = 'skipped', address = NULL, reason = 'no-address', reply_text = NULL WHERE customer_id = 10`.execute(
    db,
  );
  await sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, claim_id, attempt, address, content_hash, reply_code, claimed_at, settled_at)
    SELECT incident + 1, 'notice', customer_id, 'primary', 'sent', 1, 1, 'other@x.test', REPEAT('h', 8), 250, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
    FROM cohort`.execute(db);
  await closeAgo(ledger.books, '2 DAY');
});
afterEach(() => ledger.drop());

/** As before the close. */
async function reopen(): Promise<void> {
  const { db } = ledger.database;
  await sql`DELETE FROM audit WHERE action = 'close'`.execute(db);
  await sql`UPDATE incidents SET phase = 'expire', closed_at = NULL, gate = 'open'`.execute(db);
}
const recorded = async () =>
  (await auditEntries(ledger.database.db))
    .filter(({ action }) => action.startsWith('purge'))
    .map(({ who, action, detail }) => [who, action, JSON.parse(detail)]);
const addresses = async () => {
  const { rows } = await sql<{ address: string | null }>`
    SELECT address FROM notices WHERE incident = ${ledger.incident} ORDER BY customer_id`.execute(
    ledger.database.db,
  );
  return rows.map(({ address }) => address);
};

test('each kind goes, counted and on the record, and nothing else: what was never there stays NULL (I6)', async () => {
  const { books, database } = ledger;
  expect(await purgeKind(books, 'addresses', WORD)).toBe(CUSTOMERS - 1);
  expect(await addresses()).toEqual([null, ...Array(CUSTOMERS - 1).fill('')]);
  expect(await purgeKind(books, 'relayWords', { ...WORD, by: 'Bob' })).toBe(2);
  expect(await purgeKind(books, 'fingerprints', WORD)).toBe(CUSTOMERS);
  for (const kind of ['addresses', 'relayWords', 'fingerprints'] as const)
    expect(await countKept(books, kind)).toBe(0);
  const { rows } = await sql<{ n: string }>`
    SELECT COUNT(*) AS n FROM notices WHERE address = 'other@x.test'`.execute(database.db);
  expect(Number(rows[0]!.n)).toBe(CUSTOMERS);
  const kept = await sql<{ state: string; code: number }>`
    SELECT state, reply_code AS code FROM notices WHERE incident = ${ledger.incident} AND customer_id = 100`.execute(
    database.db,
  );
  expect(kept.rows).toEqual([{ state: 'failed', code: 550 }]);
  expect(await recorded()).toEqual([
    ['Ann', 'purge', { kind: 'addresses', rows: CUSTOMERS - 1 }],
    ['Ann', 'purged', { kind: 'addresses', rows: CUSTOMERS - 1 }],
    ['Bob', 'purge', { kind: 'relayWords', rows: 2 }],
    ['Bob', 'purged', { kind: 'relayWords', rows: 2 }],
    ['Ann', 'purge', { kind: 'fingerprints', rows: CUSTOMERS }],
    ['Ann', 'purged', { kind: 'fingerprints', rows: CUSTOMERS }],
  ]);
  expect(await readPurged(books)).toMatchObject({
    addresses: { by: 'Ann', done: true },
    relayWords: { by: 'Bob', done: true },
  });
  expect(await verifyAudit(books)).toBeNull();
});

test('a row of nobody in the cohort goes, too', async () => {
  await sql`DELETE FROM cohort WHERE customer_id > 80`.execute(ledger.database.db);
  expect(await purgeKind(ledger.books, 'addresses', WORD)).toBe(CUSTOMERS - 1);
});

test.each<[string, () => Promise<void>]>([
  ['that goes on', reopen],
  ['whose time has not come', () => reopen().then(() => closeAgo(ledger.books, '23 HOUR'))],
])('nothing of an incident %s is purged or recorded', async (_, change) => {
  await change();
  const before = await addresses();
  await expect(purgeKind(ledger.books, 'addresses', WORD)).rejects.toThrow(NotDueError);
  expect(await addresses()).toEqual(before);
  expect(await recorded()).toEqual([]);
});

test.each([
  ['its end, moved back', 'closed_at = closed_at - INTERVAL 30 DAY', 'when it ended: '],
  ['its end, moved on', 'closed_at = closed_at + INTERVAL 1 DAY', 'when it ended: '],
  [
    'its file, with another period',
    `file = REPLACE(file, '"id":"test"', '"id":"test","retention":{"addressesDays":0}')`,
    'the hash of the file as it stands in the row: ',
  ],
  ['its phase', "phase = 'cancelled'", 'the phase: '],
])(
  'what somebody wrote into the row by hand lets nothing be purged, and is named: %s (I6)',
  async (_, change, named) => {
    await reopen();
    await closeAgo(ledger.books, '23 HOUR');
    await sql.raw(`UPDATE incidents SET ${change}`).execute(ledger.database.db);
    const before = await addresses();
    const purging = purgeKind(ledger.books, 'addresses', WORD);
    await expect(purging).rejects.toThrow(RowChangedError);
    await expect(purging).rejects.toThrow(new RegExp(`^${named}`));
    expect([await addresses(), await recorded()]).toEqual([before, []]);
  },
);

test('a purge that came before its time is told by the record alone, wherever the row has been moved meanwhile (I6)', async () => {
  const { books, database } = ledger;
  const early = async () =>
    earlyPurges(await readAudit(books), { retention: { addressesDays: 2, journalsDays: 1 } });
  await appendAudit(books, { who: 'Eve', action: 'purge', detail: { kind: 'journals', rows: 1 } });
  await appendAudit(books, { who: 'Eve', action: 'purge', detail: { kind: 'addresses', rows: 1 } });
  expect(await early()).toEqual([]);
  await sql`DELETE FROM audit WHERE action = 'purge'`.execute(database.db);
  await reopen();
  await closeAgo(books, '23 HOUR');
  for (const kind of ['journals', 'addresses', 'relayWords'])
    await appendAudit(books, { who: 'Eve', action: 'purge', detail: { kind, rows: 1 } });
  const at = String.raw`on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;
  expect(await early()).toEqual([
    expect.stringMatching(
      new RegExp(`^entry 4: Eve purged the dot journals ${at}, and they were due ${at}$`),
    ),
    expect.stringMatching(/^entry 5: Eve purged the addresses that notices went to .* they were due on/),
    expect.stringMatching(/^entry 6: .* and the file names no period for them$/),
  ]);
  await sql`DELETE FROM audit WHERE action = 'close'`.execute(database.db);
  expect((await early())[0]).toMatch(/and no entry says that the incident was over$/);
});

/** In a process that is killed when the server has done the statement of that number. @returns whether it came so far. */
async function killedAfter(number: number): Promise<boolean> {
  const wire = await fatalWire(ledger.url, {
    counts: /UPDATE notices SET|INSERT INTO audit|COMMIT/,
    number,
    kill: () => void child.kill('SIGKILL'),
  });
  const script = join(__dirname, 'purge-process.ts');
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), script, wire.url], {
    stdio: 'inherit',
  });
  const [, signal] = await once(child, 'exit');
  await wire.close();
  return signal === 'SIGKILL';
}

test('killed after any statement nothing is gone that is not on the record, and the next call ends it with the whole count (I6)', async () => {
  const { books, database } = ledger;
  const whole = await addresses();
  let cutShort = 0;
  for (let number = 1, killed = true; killed; number++) {
    killed = await killedAfter(number);
    const left = await countKept(books, 'addresses');
    const purged = await readPurged(books);
    if (left < CUSTOMERS - 1) expect(purged.addresses).toMatchObject({ by: 'Ann' });
    if (left > 0 && left < CUSTOMERS - 1) cutShort++;
    if (purged.addresses?.done) expect(left).toBe(0);
    await purgeKind(books, 'addresses', { ...WORD, by: 'Bob' });
    const ends = (await auditEntries(database.db, { action: 'purged' })).map(
      ({ detail }) => JSON.parse(detail).rows,
    );
    // Where the killed one had recorded its end, there was nothing left for this one.
    expect([number, ends.reduce((sum: number, rows: number) => sum + rows, 0)]).toEqual([
      number,
      CUSTOMERS - 1,
    ]);
    expect(await verifyAudit(books)).toBeNull();
    await sql`DELETE FROM audit WHERE action LIKE 'purge%'`.execute(database.db);
    for (const [i, address] of whole.entries())
      await sql`UPDATE notices SET address = ${address} WHERE incident = ${ledger.incident} AND customer_id = ${(i + 1) * 10}`.execute(
        database.db,
      );
  }
  expect(cutShort).toBeGreaterThanOrEqual(3);
});

test('two at once purge everything once, and the record has the count once', async () => {
  await Promise.all([
    purgeKind(ledger.books, 'addresses', { ...WORD, customersAtOnce: 1 }),
    purgeKind(ledger.books, 'addresses', { ...WORD, customersAtOnce: 1 }),
  ]);
  expect(await countKept(ledger.books, 'addresses')).toBe(0);
  const ends = await auditEntries(ledger.database.db, { action: 'purged' });
  const rows = ends.reduce((sum, { detail }) => sum + JSON.parse(detail).rows, 0);
  expect(rows).toBe(CUSTOMERS - 1);
});
