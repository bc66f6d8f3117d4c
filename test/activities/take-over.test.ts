import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs, { existsSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pino from 'pino';
import { createActivities } from '../../src/activities/create-activities';
import { runContexts } from '../../src/activities/run-context';
import { type TakeOverDependencies, takeOver } from '../../src/activities/take-over';
import { surveyNotices } from '../../src/books/balance';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { findIncident } from '../../src/books/incident-row';
import { settleClaim } from '../../src/books/settle-claim';
import { sweepLeases } from '../../src/books/unsettled-claims';
import { bootId, incidentMark, journalName } from '../../src/journal/journal-files';
import { openJournals } from '../../src/journal/journals';
import { type Journal, openJournal } from '../../src/journal/open-journal';
import type { Outcome } from '../../src/smtp/outcome';
import { type OwnLedger, ownLedger, refOf } from '../books/own-ledger';
import { until } from '../until';

const OWNER = 'host:1:owner';
const accepted: Outcome = { kind: 'accepted', phase: 'after-dot', code: 250, queueId: 'Q1', text: '' };
const refused = { kind: 'refused', phase: 'after-dot' } as Outcome;

let ledger: OwnLedger;
let folder: string;
let owner: ChildProcess;
let socket: string;
let mark: string;
let journal: Journal | undefined;

beforeEach(async () => {
  ledger = await ownLedger('takeover', 10);
  mark = incidentMark((await findIncident(ledger.database.db, 'test'))!.message_key);
  folder = mkdtempSync(join(tmpdir(), 'takeover-'));
  socket = join(folder, 'owner.sock');
  const script = `require('net').createServer().listen(${JSON.stringify(socket)}, () => console.log('up'))`;
  owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout!, 'data');
});
afterEach(async () => {
  owner.kill('SIGKILL');
  journal?.close();
  journal = undefined;
  await ledger.drop();
  rmSync(folder, { recursive: true });
});

/** A claim of the first customers by the owner: 10 answered, 20 refused, 30 without an answer, 40 and 50 without a dot. */
async function claimAndDot(header: { boot?: string } = {}): Promise<Claimed> {
  const context = await ledger.claimIn('notify-1', { batchLimit: 5, worker: OWNER });
  const claim = (await claimNotices(context, { after: null, upTo: '1000' }, randomUUID())) as Claimed;
  const { claimId, token, at } = claim;
  journal = openJournal(folder, 'owner', { mark, worker: OWNER, socket, boot: bootId(), ...header });
  journal.claimed({
    claimId: claimId!,
    token,
    claimedAt: '2026-11-25T02:00:00.000Z',
    wave: 'notice',
    lane: 'notify-1',
    after: null,
    at,
    first: '10',
    last: '50',
  });
  journal.dot(claimId!, '10', 's');
  journal.answered(claimId!, '10', accepted);
  journal.dot(claimId!, '20', 's');
  journal.answered(claimId!, '20', refused);
  journal.dot(claimId!, '30', 's');
  return claim;
}
async function kill(): Promise<void> {
  const gone = once(owner, 'exit');
  owner.kill('SIGKILL');
  await gone;
}
const look = (known: TakeOverDependencies['known'] = new Map()) => {
  const { database } = ledger;
  const log = pino({ level: 'silent' });
  return takeOver({ database, runs: runContexts(database), folder, ownId: 'me', known, log });
};
const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;
const sweep = async () => {
  const { db } = ledger.database;
  await sql`UPDATE claims SET claimed_at = claimed_at - INTERVAL 1 HOUR, lease_until = lease_until - INTERVAL 1 HOUR`.execute(
    db,
  );
  return sweepLeases(ledger.books);
};

test('of a killed worker only the dot without an answer is in doubt; the rest is settled or free (I2)', async () => {
  await claimAndDot();
  await kill();
  await look();
  expect(await states()).toEqual({ sent: 1, in_doubt: 1, released: 3 });
  const sent = await sql`SELECT customer_id, reply_code, queue_id FROM notices WHERE state = 'sent'`.execute(
    ledger.database.db,
  );
  expect(sent.rows).toEqual([{ customer_id: '10', reply_code: 250, queue_id: 'Q1' }]);
  await look();
  expect(await states()).toEqual({ sent: 1, in_doubt: 1, released: 3 });
});

test('a worker looks for killed ones by itself, and settles what they left (I1, I2)', async () => {
  await claimAndDot();
  await kill();
  const worker = createActivities({
    databaseUrl: ledger.url,
    smtpUrl: 'smtp://127.0.0.1:9',
    workerName: 'me',
    journals: await openJournals({ folder, id: 'me', socket: join(folder, 'me.sock'), worker: 'me' }),
    log: pino({ level: 'silent' }),
  });
  try {
    await until('the end of the claim', async () => (await states()).sending === undefined, states);
    expect(await states()).toEqual({ sent: 1, in_doubt: 1, released: 3 });
  } finally {
    await worker.close();
  }
});

test('a stopped process is not a dead one: nothing of it is touched', async () => {
  await claimAndDot();
  owner.kill('SIGSTOP');
  await look();
  expect(await states()).toEqual({ sending: 5 });
  owner.kill('SIGCONT');
  await look();
  expect(await states()).toEqual({ sending: 5 });
});

test('where the sweeper was first, the journal still knows better', async () => {
  await claimAndDot();
  await kill();
  expect(await sweep()).toBe(5);
  await look();
  expect(await states()).toEqual({ sent: 1, in_doubt: 1, released: 3 });
});

test('what an operator has decided meanwhile stands', async () => {
  await claimAndDot();
  await kill();
  await sweep();
  await sql`UPDATE notices SET state = 'left', reason = 'left in doubt', settled_at = UTC_TIMESTAMP(3)
    WHERE customer_id IN (10, 30)`.execute(ledger.database.db);
  await look();
  expect(await states()).toEqual({ left: 2, released: 3 });
});

test('what the owner settled before it was killed stands', async () => {
  const claim = await claimAndDot();
  await settleClaim(ledger.books, refOf(claim), [
    { customerId: '10', state: 'sent', replyCode: 250, queueId: 'Q1' },
    ...['20', '30', '40', '50'].map((customerId) => ({ customerId, state: 'in_doubt' as const })),
  ]);
  await kill();
  await look();
  expect(await states()).toEqual({ sent: 1, in_doubt: 4 });
});

test('a claim that reached the ledger and not the journal had no dot', async () => {
  await claimAndDot();
  const context = await ledger.claimIn('notify-2', { batchLimit: 3, worker: OWNER });
  await claimNotices(context, { after: '50', upTo: '1000' }, randomUUID());
  await kill();
  await look();
  expect(await states()).toEqual({ sent: 1, in_doubt: 1, released: 6 });
});

test('a COMMIT of the killed worker that comes to the ledger after the first look is settled by a later one', async () => {
  await claimAndDot();
  await kill();
  const known = new Map();
  await look(known);
  const context = await ledger.claimIn('notify-2', { batchLimit: 3, worker: OWNER });
  await claimNotices(context, { after: '50', upTo: '1000' }, randomUUID());
  await look(known);
  expect(await states()).toEqual({ sent: 1, in_doubt: 1, released: 6 });
});

test.each([
  [90, true],
  [121, false],
])('a killed worker that is known for %i s is looked for from then on: %s', async (seconds, looked) => {
  await claimAndDot();
  await kill();
  await look(new Map([['owner', { since: performance.now() - seconds * 1_000, torn: false }]]));
  expect(await states()).toEqual({ sent: 1, in_doubt: 1, released: 3 });
  expect(existsSync(socket)).toBe(looked);
});

describe('a journal is worth nothing, and its whole claim in doubt,', () => {
  const worthNothing = async () => {
    await look();
    expect(await states()).toEqual({ sending: 5 });
    await sweep();
    expect(await states()).toEqual({ in_doubt: 5 });
  };
  test('when it is torn', async () => {
    await claimAndDot();
    await kill();
    truncateSync(join(folder, journalName('owner', mark)), 250);
    await worthNothing();
  });
  test('when it is missing', async () => {
    await claimAndDot();
    await kill();
    rmSync(join(folder, journalName('owner', mark)));
    await worthNothing();
  });
  test('when the machine was started again since', async () => {
    await claimAndDot({ boot: 'another' });
    await kill();
    await worthNothing();
  });
  test('when it lies on a disk of the network, where what the killed worker wrote last may be missing', async () => {
    await claimAndDot();
    await kill();
    // No test can mount one: the kernel's answer for the folder is that of NFS (statfs(2)).
    const statfs = jest.spyOn(fs, 'statfsSync').mockReturnValue({ type: 0x6969 } as fs.StatsFs);
    await worthNothing();
    expect(statfs).toHaveBeenCalledWith(folder);
    statfs.mockRestore();
  });
  test('when the sign of life of its owner is missing', async () => {
    await claimAndDot();
    await kill();
    rmSync(socket);
    await worthNothing();
  });
});

test("another database's journal in the same folder is left alone", async () => {
  mark = 'f'.repeat(16);
  await claimAndDot();
  await kill();
  await look();
  expect(await states()).toEqual({ sending: 5 });
});
