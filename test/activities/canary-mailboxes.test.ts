import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { laneSenders } from '../../src/activities/lane-senders';
import { mailCanaryMailboxes } from '../../src/activities/mail-canary-mailboxes';
import { runContexts } from '../../src/activities/run-context';
import { beginDelay, readDelay, releaseDelay } from '../../src/books/delay';
import type { AuditHead } from '../../src/incident/audit-head';
import { auditEntries } from '../audit-entries';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { until } from '../until';

const MAILBOXES = Array.from({ length: 6 }, (_, i) => `desk${i}@zappos.test`);

let folder: string;
let relay: RelayProcess;
let ledger: OwnLedger;
let senders: ReturnType<typeof laneSenders>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mailboxes-'));
  relay = await startRelayProcess(folder);
  ledger = await ownLedger('mailboxes', 1, {
    relay: { sessions: 1, messagesPerSession: null },
    canary: { mailboxes: MAILBOXES, customers: 0, afterwards: 'hold' },
  });
  senders = laneSenders(`smtp://127.0.0.1:${relay.port}`);
});
afterEach(async () => {
  await senders.close();
  await ledger.drop();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

const mail = (more: { auditHead?: AuditHead } = {}) =>
  mailCanaryMailboxes(
    runContexts(ledger.database),
    senders,
    'test',
  )({ incidentId: 'test', ledgerId: ledger.ledgerId, ...more });
const accepted = async () => (await acceptancesIn(relay.log)).length;
const recorded = async () => (await auditEntries(ledger.database.db, { action: 'canary-mailboxes' })).length;

test('with the gate closed no mailbox is mailed or recorded as mailed; each is once it is open', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  expect(await mail()).toEqual({ sent: 0, refused: [], gateClosed: true });
  expect([await accepted(), await recorded()]).toEqual([0, 0]);
  await releaseDelay(ledger.books, (await readDelay(ledger.books))!.requests[0]!, {
    by: 'Jo',
    reason: 'agreed',
  });
  const { sent, refused } = await mail();
  expect([await accepted(), refused, await recorded()]).toEqual([sent, [], 1]);
  expect(sent).toBeGreaterThanOrEqual(MAILBOXES.length);
});

test('a gate that closes amid them stops the rest, and each that got none is named', async () => {
  await relay.control({ add: { at: 'dot', delayMs: 1_500 } });
  const mailing = mail();
  await until('the first mailbox', async () => (await accepted()) > 0);
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const { sent, refused } = await mailing;
  expect(sent).toBe(await accepted());
  expect(sent).toBeLessThan(MAILBOXES.length);
  expect(refused.at(-1)).toMatch(/mailbox 6: released$/);
});

test('where the database has lost decisions that Temporal knows of no mailbox is mailed (I6)', async () => {
  const { lost } = await mail({ auditHead: { seq: 9, hash: 'a'.repeat(64) } });
  expect(lost).toContain('It has lost decisions: Temporal has entry 9 of the audit log');
  expect([await accepted(), await recorded()]).toEqual([0, 0]);
});
