import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type Amending, amendFile, closeForAmendment } from '../../src/books/amend-file';
import { claimNotices } from '../../src/books/claim';
import { beginDelay } from '../../src/books/delay';
import { countByVersion, listVersions, readProposal } from '../../src/books/file-versions';
import { closeGate, openGate, readGate } from '../../src/books/gate';
import { enterPhase, setRate } from '../../src/books/incident-decisions';
import { findIncident, incidentOf } from '../../src/books/incident-row';
import { findBookedCustomers } from '../../src/books/notices';
import { rebuildClaim } from '../../src/books/rebuild-claim';
import { readApprovers, recordApproval } from '../../src/books/record-approval';
import { settleClaim } from '../../src/books/settle-claim';
import type { Incident } from '../../src/incident/incident-schema';
import { auditEntries } from '../audit-entries';
import { untilLockWait } from '../lock-waits';
import { amendAs, faultsOf, proposeTo } from './own-amendment';
import { closeAgo, type OwnLedger, ownLedger, refOf } from './own-ledger';

const all = { after: null, upTo: '30' };

let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('amending', 3);
});
afterEach(() => ledger.drop());

const row = async () => (await findIncident(ledger.database.db, 'test'))!;
const newWords = (file: Incident) => {
  file.texts.en!.heading = 'Notice';
};
const newPace = (file: Incident) => {
  file.pace.perSecond = 7;
};

const propose = (change: (file: Incident) => void) => proposeTo(ledger, change);
const amend = (amending: Amending) => amendAs(ledger, amending);
const faults = () => faultsOf(ledger);

async function approve(login = 'ann@desk'): Promise<string | null> {
  const { content_hash: contentHash, version } = await row();
  return recordApproval(ledger.books, { by: 'Ann', contentHash, version, login });
}

const amendments = () => auditEntries(ledger.database.db, { action: 'amended' });

test('other words come into effect with their record, and void the approval (C103)', async () => {
  await approve();
  const before = await row();
  const amending = await propose(newWords);
  expect(await amend(amending)).toBeNull();
  const now = await row();
  expect(now).toMatchObject({ version: 2, approved_by: null, approved_hash: null, gate: 'open', fence: '1' });
  expect(incidentOf(now).texts.en!.heading).toBe('Notice');
  expect(now.content_hash).not.toBe(before.content_hash);
  const [entry] = await amendments();
  expect(JSON.parse(entry!.detail)).toEqual({
    ...{ version: 2, fileHash: now.file_hash, contentHash: now.content_hash },
    was: { fileHash: before.file_hash, contentHash: before.content_hash },
    ...{ changed: ['texts.en.heading'], approvalVoid: true, login: 'jo@desk', reason: 'a typo' },
  });
  expect((await listVersions(ledger.books)).map(({ version }) => version)).toEqual([1, 2]);
  expect(await faults()).toEqual([]);
});

test('a run that went back to the expiry keeps the domain of the Message-IDs that are out (I7)', async () => {
  await approve();
  const claimed = await claimNotices(await ledger.claimIn('notify-1'), all, randomUUID());
  expect(claimed.kind).toBe('claimed');
  await enterPhase(ledger.books, 'expire', 'the workflow');
  const elsewhere = await propose((file) => (file.from.address = 'care@other.test'));
  expect(await amend(elsewhere)).toMatch(/^from\.address: messages may be out/);
  expect((await row()).version).toBe(1);
});

test('another pace leaves the approval, and a rate set by hand stays unless the pace of the file changes', async () => {
  await approve();
  await setRate(ledger.books, 99, 'Ann');
  await amend(await propose((file) => (file.breaker.sameRefusals = 7)));
  expect(await row()).toMatchObject({ rate_per_second: 99, approved_by: 'Ann', version: 2 });
  await amend(await propose(newPace));
  expect(await row()).toMatchObject({ rate_per_second: 7, approved_by: 'Ann', version: 3 });
  // What was said of an older version undoes no later pace, and no harm is done where it is the same.
  expect(await setRate(ledger.books, 99, 'Ann', 2)).toBe(false);
  expect(await setRate(ledger.books, 7, 'Ann', 2)).toBe(true);
  expect(await row()).toMatchObject({ rate_per_second: 7 });
  expect(await setRate(ledger.books, 8, 'Ann', 3)).toBe(true);
  expect(await row()).toMatchObject({ rate_per_second: 8 });
  expect(await faults()).toEqual([]);
});

test('a worker that has the older words claims nobody after the amendment, and each row tells which words it got (C103)', async () => {
  await approve();
  const old = await ledger.claimIn('notify-1');
  const first = await claimNotices({ ...old, batchLimit: 1 }, all, randomUUID());
  if (first.kind !== 'claimed') throw new Error(first.kind);
  await settleClaim(old, refOf(first), [{ customerId: '10', state: 'sent', replyCode: 250, queueId: 'Q' }]);
  await amend(await propose(newWords));
  expect(await claimNotices(old, all, randomUUID())).toEqual({ kind: 'amended' });
  const fresh = { ...old, version: 2 };
  expect(await claimNotices(fresh, all, randomUUID())).toMatchObject({
    kind: 'gate-closed',
    reason: 'nobody has approved the amended texts',
  });
  await approve();
  const rest = await claimNotices(fresh, all, randomUUID());
  if (rest.kind !== 'claimed') throw new Error(rest.kind);
  expect(rest.customers.map(({ customerId }) => customerId)).toEqual(['20', '30']);
  await settleClaim(fresh, refOf(rest), [
    { customerId: '20', state: 'sent', replyCode: 250, queueId: 'R' },
    { customerId: '30', state: 'released' },
  ]);
  const booked = await findBookedCustomers(ledger.books, ['10', '20']);
  expect(booked.map(({ notices }) => notices[0]!.version)).toEqual([1, 2]);
  expect(await countByVersion(ledger.books)).toEqual([
    { version: 1, sent: 1 },
    { version: 2, sent: 1 },
  ]);
});

test('a claim that waits for the lock of an amendment finds the new version', async () => {
  const { db } = ledger.database;
  const books = await ledger.claimIn('notify-1');
  let claim!: ReturnType<typeof claimNotices>;
  await db.transaction().execute(async (trx) => {
    await sql`UPDATE incidents SET version = 2`.execute(trx);
    claim = claimNotices(books, all, randomUUID());
    await untilLockWait(ledger.database, (statement) => statement.includes('FROM incidents'));
  });
  expect(await claim).toEqual({ kind: 'amended' });
});

test('of two amendments at once one is in effect, the other is told so', async () => {
  const [words, pace] = [await propose(newWords), await propose(newPace)];
  const refusals = await Promise.all([amend(words), amend(pace)]);
  expect(refusals.filter((refused) => refused === null)).toHaveLength(1);
  expect(refusals.filter((refused) => refused?.includes('was amended meanwhile: version 2'))).toHaveLength(1);
  expect(await row()).toMatchObject({ version: 2, gate: 'open' });
  expect(await amendments()).toHaveLength(1);
  expect(await faults()).toEqual([]);
});

test('an amendment that is repeated, or replayed by a reset, does not go back to older words', async () => {
  const first = await propose(newWords);
  await amend(first);
  await amend(await propose((file) => (file.texts.en!.heading = 'Notice of Data Breach, again')));
  const now = await row();
  expect(await amend(first)).toBeNull();
  expect(await row()).toEqual(now);
  expect(await amendments()).toHaveLength(2);
});

test.each<[string, (file: Incident) => void, string]>([
  ['cutoff', (file) => (file.cutoff = '2011-01-01T00:00:00Z'), 'cutoff: the passwords were expired by it'],
  ['id', (file) => (file.id = 'other'), 'id: the books are found by it'],
  [
    'mapping',
    (file) => (file.database.customers.table = 'others'),
    'database.customers.table: the passwords',
  ],
  ['people', (file) => (file.approval = { people: 2 }), 'approval: how many people'],
  ['nothing', () => undefined, 'nothing differs'],
])(
  'the books refuse a file that changes %s, whoever proposed it, and open the gate again',
  async (_, change, why) => {
    const amending = await propose(change);
    expect(await amend(amending)).toContain(why);
    expect(await row()).toMatchObject({ version: 1, gate: 'open' });
    expect((await readProposal(ledger.books, amending.proposal))!.refused).toContain(why);
    // It is decided for good.
    expect(await amend(amending)).toContain(why);
    expect(await amendments()).toEqual([]);
    expect(await faults()).toEqual([]);
  },
);

test('a reminder may be amended until a row of it is there', async () => {
  const change = (afterDays: number) =>
    propose((file) => {
      file.reminder = { afterDays };
      for (const texts of Object.values(file.texts)) {
        const { subject, preheader, heading } = texts;
        texts.reminder = { subject, preheader, heading, text: 'Choose a new password.' };
      }
    });
  expect(await amend(await change(3))).toBeNull();
  await sql`INSERT INTO notices (incident, wave, customer_id, address_role, state, attempt, reason, settled_at)
    VALUES (${ledger.incident}, 'reminder', 10, 'primary', 'skipped', 0, 'x', UTC_TIMESTAMP(3))`.execute(
    ledger.database.db,
  );
  expect(await amend(await change(4))).toContain('its wave has begun');
});

test("the sender's domain may change until the canary", async () => {
  const change = () => propose((file) => (file.from.address = 'care@other.test'));
  const early = await change();
  await enterPhase(ledger.books, 'canary', 'the workflow');
  expect(await amend(early)).toContain('messages may be out');
});

test('what is closed stays as it is', async () => {
  const amending = await propose(newWords);
  await closeAgo(ledger.books, '1 DAY');
  expect(await amend(amending)).toBe('the incident is closed for good');
  expect((await row()).version).toBe(1);
});

test.each(['pause', 'breaker'])('a gate that the %s has closed stays closed, with its fence', async (by) => {
  const { fence } = await closeGate(ledger.books, 'x', by);
  expect(await amend(await propose(newWords))).toBeNull();
  expect(await readGate(ledger.books)).toMatchObject({ gate: 'closed', reason: 'x', by, fence, version: 2 });
  expect(await faults()).toEqual([]);
});

test("law enforcement's hold stands through an amendment, also one that comes amid it", async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 1');
  await amend(await propose(newWords));
  expect(await readGate(ledger.books)).toMatchObject({
    gate: 'closed',
    delay: { by: 'Ann', pausedToo: false },
  });
  expect(await faults()).toEqual([]);
});

test('a pause between the closing and the new file is not undone by the amendment', async () => {
  const amending = await propose(newWords);
  await closeForAmendment(ledger.books, amending);
  await closeGate(ledger.books, 'paused: wait', 'Ann');
  expect(await amendFile(ledger.books, amending)).toBeNull();
  expect(await readGate(ledger.books)).toMatchObject({
    gate: 'closed',
    reason: expect.stringMatching(/; then by Ann: paused: wait$/),
  });
});

test('the amended texts are approved anew: what was approved before counts for nothing, nor does whoever amended', async () => {
  const { content_hash: old } = await row();
  await approve();
  await amend(await propose(newWords));
  expect(await readApprovers(ledger.books, 2)).toMatchObject({
    ...{ starter: 'jo@desk', amended: true, approvers: [] },
  });
  expect(await recordApproval(ledger.books, { by: 'Ann', contentHash: old })).toContain('it names the texts');
  const { content_hash: contentHash, version } = await row();
  const mine = { by: 'Jo', contentHash, version, login: 'jo@desk', people: 2 };
  expect(await recordApproval(ledger.books, mine)).toContain('jo@desk amended the texts');
  expect((await row()).approved_at).toBeNull();
  expect(await approve()).toBeNull();
  expect(await faults()).toEqual([]);
});

test('an opening that undoes another closing does not open what an amendment closed', async () => {
  const { fence } = await closeGate(ledger.books, 'x', 'Ann');
  await openGate(ledger.books, fence, 'Ann');
  const amending = await propose(newWords);
  await closeForAmendment(ledger.books, amending);
  expect(await openGate(ledger.books, fence, 'Ann')).toMatchObject({ gate: 'closed', opened: false });
});

test.each<[string, ReturnType<typeof sql>, RegExp]>([
  [
    'another text in a version',
    sql`UPDATE file_versions SET file = REPLACE(file, 'Breach', 'Party')`,
    /version 1 of the file is not what entry 1/,
  ],
  [
    'another hash',
    sql`UPDATE file_versions SET content_hash = REPEAT('a', 64)`,
    /its texts have another hash than entry 1/,
  ],
  [
    'a version of nobody',
    sql`UPDATE file_versions SET version = 3`,
    /version 3 of the file: no decision on record/,
  ],
  [
    'a number in the row',
    sql`UPDATE incidents SET version = 2`,
    /the version of the file: the incident's row says 2/,
  ],
])('written into the ledger by hand: %s is found (C91)', async (_, statement, found) => {
  await statement.execute(ledger.database.db);
  expect((await faults()).join('\n')).toMatch(found);
});

test('a claim that is rebuilt does not say which words it had: an amendment may be lost with it (I7)', async () => {
  const claim = {
    token: randomUUID(),
    lane: 'notify-1',
    worker: 'w',
    claimedAt: '2030-01-01 00:00:00',
    after: null,
    at: '10',
  };
  const books = { ...(await ledger.claimIn('notify-1')), go: true };
  const sent = () => ({ state: 'sent' as const, replyCode: 250, queueId: 'Q' });
  await rebuildClaim(books, claim, sent);
  await amend(await propose(newWords));
  await rebuildClaim(books, { ...claim, token: randomUUID(), after: '10', at: '20' }, sent);
  expect(await countByVersion(ledger.books)).toEqual([{ version: null, sent: 2 }]);
});
