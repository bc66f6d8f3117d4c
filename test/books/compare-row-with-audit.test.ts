import { type RawBuilder, sql } from 'kysely';
import { appendAudit, readAudit } from '../../src/books/audit-chain';
import { rowFaults, untoldFacts } from '../../src/books/compare-row-with-audit';
import { beginDelay, readDelay, releaseDelay } from '../../src/books/delay';
import { closeGate, openGate } from '../../src/books/gate';
import {
  closeIncident,
  enterPhase,
  lastDecision,
  recordHold,
  setRate,
} from '../../src/books/incident-decisions';
import { listIncidents } from '../../src/books/incident-row';
import { adoptServer } from '../../src/books/ledger-identity';
import { recordApproval } from '../../src/books/record-approval';
import { type OwnLedger, ownLedger } from './own-ledger';

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('row-and-audit', 1);
});
afterEach(() => ledger.drop());

const row = async () => (await listIncidents(ledger.database.db))[0]!;
const faults = async () => rowFaults(await row(), await readAudit(ledger.books));
const update = (change: RawBuilder<unknown>) =>
  sql`UPDATE incidents SET ${change}`.execute(ledger.database.db);

test('after each decision of a night the row is what the audit log says (I6)', async () => {
  const { books } = ledger;
  const { content_hash: texts } = await row();
  const hold = { kind: 'in-doubt', reason: `In doubt: ${'é'.repeat(2_000)}` } as const;
  const decisions: (() => Promise<unknown>)[] = [
    async () => undefined,
    () => enterPhase(books, 'verify', 'the workflow'),
    () => setRate(books, 7, 'ann'),
    () => setRate(books, 9, 'ann'),
    () => recordApproval(books, { by: 'j'.repeat(300), contentHash: texts }),
    () => recordApproval(books, { by: 'eve', contentHash: texts }),
    () => closeGate(books, 'w'.repeat(700), 'ann'),
    () => openGate(books, 1, 'bob'),
    () => recordHold(books, hold),
    () => recordHold(books, null, 'ann'),
    () => recordHold(books, hold),
    () => enterPhase(books, 'notify', 'the workflow'),
    () => closeGate(books, '', 'ann'),
    async () =>
      closeIncident(books, { by: 'ann', facts: { cohort: 1 }, checkedAt: await lastDecision(books) }),
  ];
  for (const decide of decisions) {
    await decide();
    expect(await faults()).toEqual([]);
  }
});

test('words that are cut inside an emoji, or are longer for it, accuse nobody (I6)', async () => {
  const { books } = ledger;
  const { content_hash: contentHash } = await row();
  // The last character that fits is the first half of an emoji, counted in units of a JavaScript string.
  const words = (length: number) => `${'x'.repeat(length - 1)}${'🙂'.repeat(length)}`;
  const hold = { kind: 'in-doubt', reason: words(1000) } as const;
  const decisions: (() => Promise<unknown>)[] = [
    () => closeGate(books, words(500), words(200)),
    () => openGate(books, 1, words(200)),
    () => recordHold(books, hold),
    () => recordApproval(books, { by: words(200), contentHash }),
    () => beginDelay(books, words(200), words(500 - 'held for law enforcement: '.length)),
    () => beginDelay(books, 'Ann', words(500)),
  ];
  for (const [i, decide] of decisions.entries()) {
    await decide();
    expect([i, await faults()]).toEqual([i, []]);
  }
});

test("law enforcement's delays, pauses beside them and releases leave the row as it is on record (I6)", async () => {
  const { books } = ledger;
  const fence = async () => Number((await row()).fence);
  const seen = async () => (await readDelay(books))!.requests[0]!;
  const agreed = { by: 'Jo', reason: 'they agreed' };
  const decisions: (() => Promise<unknown>)[] = [
    () => beginDelay(books, 'Jo', 'FBI 1'),
    () => beginDelay(books, 'Ann', 'state police 7'),
    () => closeGate(books, 'a pause besides', 'bob'),
    () => beginDelay(books, 'Joe', 'a third'),
    async () => releaseDelay(books, await seen(), agreed),
    async () => openGate(books, await fence(), 'bob'),
    async () => releaseDelay(books, await seen(), agreed),
    () => beginDelay(books, 'Ann', 'a fourth'),
    async () => releaseDelay(books, await seen(), agreed),
    async () => releaseDelay(books, await seen(), agreed),
    () => closeGate(books, 'a pause first', 'bob'),
    () => beginDelay(books, 'Jo', 'FBI 2'),
    async () => releaseDelay(books, await seen(), agreed),
    async () => openGate(books, await fence(), 'bob'),
  ];
  for (const [i, decide] of decisions.entries()) {
    await decide();
    expect([i, await faults()]).toEqual([i, []]);
  }
});

test('a delay that was lifted by UPDATE, or written beside a pause, is named (I6)', async () => {
  const { books } = ledger;
  await beginDelay(books, 'Jo', 'FBI 1');
  await update(sql`delay_by = NULL, delay_reason = NULL, delay_since = NULL, delay_fence = NULL`);
  expect((await faults()).join()).toContain(
    "what law enforcement asked: the incident's row says nothing, the audit log says FBI 1",
  );
  await sql`DELETE FROM audit WHERE action LIKE 'law-%' OR action = 'gate-closed'`.execute(
    ledger.database.db,
  );
  await update(
    sql`delay_by = 'Eve', delay_reason = 'a trick', delay_since = UTC_TIMESTAMP(6), delay_fence = 1`,
  );
  expect((await faults()).join()).toContain("what law enforcement asked: the incident's row says a trick");
});

test('a release of a version before requests had numbers ended all that stood (I6)', async () => {
  const { books } = ledger;
  await beginDelay(books, 'Jo', 'FBI 1');
  await beginDelay(books, 'Ann', 'state police 7');
  await appendAudit(books, { who: 'Jo', action: 'law-enforcement-release', detail: { reason: 'agreed' } });
  await appendAudit(books, { who: 'Jo', action: 'gate-opened', detail: { fence: 1 } });
  await update(
    sql`delay_by = NULL, delay_reason = NULL, delay_since = NULL, delay_fence = NULL, gate = 'open', gate_by = 'Jo', gate_reason = ''`,
  );
  expect(await faults()).toEqual([]);
});

test.each<[string, RawBuilder<unknown>, string]>([
  [
    'one of two requests taken out',
    sql`delay_by = 'Jo', delay_reason = 'FBI 1'`,
    'what law enforcement asked: ',
  ],
  ['since when', sql`delay_since = delay_since - INTERVAL 1 DAY`, 'since when law enforcement asks: '],
])('of a delay that stands what is written by hand is named: %s (I6)', async (_, change, named) => {
  await beginDelay(ledger.books, 'Jo', 'FBI 1');
  await beginDelay(ledger.books, 'Ann', 'state police 7');
  await update(change);
  expect((await faults()).join()).toContain(named);
});

test('a server that reconcile takes for the right one is on record, and the key is never in it (I6)', async () => {
  const { books, database } = ledger;
  await update(sql`server_identity = 'elsewhere'`);
  expect((await faults()).join()).toContain('the server that it is on: ');
  await adoptServer(books, { who: 'Ann', action: 'reconcile', detail: {} });
  expect(await faults()).toEqual([]);
  expect(untoldFacts(await readAudit(books))).toEqual([]);
  const { message_key: key, server_identity: server } = await row();
  const record = JSON.stringify(await readAudit({ ...books, db: database.db }));
  for (const secret of [key.toString('hex'), key.toString('base64'), server])
    expect(record).not.toContain(secret);
});

test('what the record of an older version does not tell is not compared, and named (I7)', async () => {
  await sql`UPDATE audit SET detail = JSON_REMOVE(detail, '$.messageKey', '$.server') WHERE action = 'start'`.execute(
    ledger.database.db,
  );
  await update(sql`message_key = REPEAT('k', 32)`);
  expect(await faults()).toEqual([]);
  expect(untoldFacts(await readAudit(ledger.books))).toEqual([
    'the key of its Message-IDs',
    'the server that it is on',
  ]);
});

test('a row and entries that were changed into no JSON are named, not stumbled over (I6)', async () => {
  await recordApproval(ledger.books, { by: 'ann', contentHash: (await row()).content_hash });
  await sql`UPDATE audit SET detail = 'null' WHERE action = 'approve'`.execute(ledger.database.db);
  expect((await faults()).join()).toContain('the hash of what was approved');
  await update(sql`file = 'x'`);
  expect((await faults()).join()).toContain('the hash of the file as it stands in the row');
});

test('a run that was cancelled for good is in its row as it is on record (I6)', async () => {
  await enterPhase(ledger.books, 'cancelled', 'ann', 'the law asks for letters');
  expect(await faults()).toEqual([]);
});

test('an approval that was written by UPDATE is named, with the name that stands there (C91)', async () => {
  await update(sql`approved_by = 'Eve', approved_hash = content_hash, approved_at = UTC_TIMESTAMP(6)`);
  expect(await faults()).toEqual([
    "who approved: the incident's row says Eve, the audit log says nothing",
    expect.stringMatching(
      /^the hash of what was approved: the incident's row says [0-9a-f]{64}, the audit log says nothing$/,
    ),
    expect.stringMatching(/^when it was approved: .*, the audit log says nothing$/),
  ]);
});

test.each<[string, RawBuilder<unknown>, string]>([
  ['the approver', sql`approved_by = 'Eve'`, 'who approved: '],
  ['the texts approved', sql`approved_hash = REPEAT('a', 64)`, 'the hash of what was approved: '],
  ['the time of the approval', sql`approved_at = approved_at - INTERVAL 1 HOUR`, 'when it was approved: '],
  [
    'the approval taken back',
    sql`approved_by = NULL, approved_hash = NULL, approved_at = NULL`,
    'who approved: ',
  ],
  ['the phase', sql`phase = 'notify'`, 'the phase: '],
  ['the end', sql`phase = 'closed', closed_at = UTC_TIMESTAMP(6)`, 'when it ended: '],
  ['the gate', sql`gate = 'open'`, 'the gate: '],
  ['who closed it', sql`gate_by = 'Eve'`, 'who moved the gate last: '],
  ['why', sql`gate_reason = 'a test'`, 'why the gate is as it is: '],
  ['the fence', sql`fence = 5`, 'how often the gate was closed: '],
  ['the rate', sql`rate_per_second = 1000`, 'the rate: '],
  ['what it holds for', sql`hold_kind = 'canary-done'`, 'what it holds for: '],
  ['why it holds', sql`hold_reason = 'nothing'`, 'why it holds: '],
  ['who started it', sql`started_by = 'Eve'`, 'who started it: '],
  ['when', sql`started_at = started_at - INTERVAL 1 HOUR`, 'when it was started: '],
  ['the hash of the file', sql`file_hash = REPEAT('a', 64)`, 'the hash of the file: '],
  [
    'the file',
    sql`file = REPLACE(file, '"id":"test"', '"id":"tent"')`,
    'the hash of the file as it stands in the row: ',
  ],
  ['the texts', sql`content_hash = REPEAT('a', 64)`, 'the hash of the texts: '],
  ['the cutoff', sql`cutoff = cutoff - INTERVAL 1 YEAR`, 'the cutoff: '],
  ['the id', sql`incident_id = 'Test'`, 'the id: '],
  ['the title', sql`title = 'A drill'`, 'the title: '],
  ['the key of its Message-IDs', sql`message_key = REPEAT('k', 32)`, 'the key of its Message-IDs: '],
  ['the server', sql`server_identity = 'elsewhere'`, 'the server that it is on: '],
  [
    'since when the gate is closed',
    sql`gate_since = gate_since - INTERVAL 1 HOUR`,
    'since when the gate is as it is: ',
  ],
])('what somebody writes into the row by hand is named: %s (I6, C91)', async (_, change, named) => {
  await recordApproval(ledger.books, { by: 'Jo', contentHash: (await row()).content_hash });
  await closeGate(ledger.books, 'paused', 'ann');
  await recordHold(ledger.books, { kind: 'in-doubt', reason: 'In doubt: 3' });
  await update(change);
  const found = await faults();
  expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${named}`)));
  expect(found.length).toBeLessThanOrEqual(3);
});
