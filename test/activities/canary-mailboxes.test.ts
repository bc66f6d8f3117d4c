import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import type { MailboxesMailed, MailMailboxesInput } from '../../src/activities/contract';
import { type LaneSenders, laneSenders } from '../../src/activities/lane-senders';
import { mailCanaryMailboxes } from '../../src/activities/mail-canary-mailboxes';
import { runContexts } from '../../src/activities/run-context';
import { takeLane } from '../../src/books/claim';
import { beginDelay, readDelay, releaseDelay } from '../../src/books/delay';
import { readGate } from '../../src/books/gate';
import { setRate } from '../../src/books/incident-decisions';
import { findIncident } from '../../src/books/incident-row';
import { type MailboxProgress, recordMailboxes } from '../../src/books/mailboxes';
import { recordApproval } from '../../src/books/record-approval';
import type { AuditHead } from '../../src/incident/audit-head';
import type { Incident } from '../../src/incident/incident-schema';
import { parseRelays } from '../../src/smtp/relay-list';
import { auditEntries } from '../audit-entries';
import { amendAs, proposeTo } from '../books/own-amendment';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { timesFired } from '../times-fired';
import { until } from '../until';

const MAILBOXES = Array.from({ length: 6 }, (_, i) => `desk${i}@zappos.test`);

let folder: string;
let relay: RelayProcess;
let ledger: OwnLedger;
let senders: LaneSenders;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mailboxes-'));
  relay = await startRelayProcess(folder);
  ledger = await ownLedger('mailboxes', 1, {
    relay: { sessions: 1, messagesPerSession: null },
    canary: { mailboxes: MAILBOXES, customers: 0, afterwards: 'hold' },
  });
  senders = laneSenders();
});
afterEach(async () => {
  await senders.close();
  await ledger.drop();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

const mail = (more: { auditHead?: AuditHead; sliceSeconds?: number } = {}, through = senders) => {
  const runs = runContexts(ledger.database);
  const mailing = mailCanaryMailboxes({
    lanes: ledger.database,
    relays: parseRelays(`smtp://127.0.0.1:${relay.port}`),
    ...{ runs, senders: through, workerName: 'test' },
  });
  const env = new MockActivityEnvironment();
  return env.run<[MailMailboxesInput], MailboxesMailed, typeof mailing>(mailing, {
    incidentId: 'test',
    ledgerId: ledger.ledgerId,
    ...more,
  });
};
/** How often each mailbox was accepted, by the relay's log. */
const perMailbox = async () => {
  const times = new Map<string, number>();
  for (const { to } of await acceptancesIn(relay.log)) times.set(to, (times.get(to) ?? 0) + 1);
  return times;
};
const accepted = async () => (await acceptancesIn(relay.log)).length;
const recorded = async () =>
  (await auditEntries(ledger.database.db, { action: 'canary-mailboxes' })).map(({ detail }) => {
    const { messages, upTo, again } = JSON.parse(detail) as MailboxProgress;
    return { messages, upTo, again };
  });
const release = async () =>
  releaseDelay(ledger.books, (await readDelay(ledger.books))!.requests[0]!, { by: 'Jo', reason: 'agreed' });

test('with the gate closed no mailbox is mailed or recorded as mailed; each is once it is open, once', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  expect(await mail()).toEqual({ sent: 0, refused: [], gateClosed: true });
  expect([await accepted(), await recorded()]).toEqual([0, []]);
  await release();
  const { sent: messages, ...rest } = await mail();
  expect([await accepted(), rest]).toEqual([messages, { refused: [], more: false }]);
  expect([...(await perMailbox()).keys()].sort()).toEqual(MAILBOXES);
  expect(await recorded()).toEqual([
    { messages, upTo: 0, again: [] },
    { messages, upTo: messages, again: [] },
  ]);
  expect(await mail()).toEqual({ sent: 0, refused: [] });
  expect(await accepted()).toBe(messages);
});

test('a gate that closes amid them stops the rest, which go out once it is open: each mailbox has all of its own once (C100)', async () => {
  await relay.control({ add: { at: 'dot', delayMs: 1_500 } });
  const mailing = mail();
  await until('the first mailbox', async () => (await accepted()) > 0);
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const first = await mailing;
  expect(first).toEqual({ sent: await accepted(), refused: [], gateClosed: true });
  await relay.control({ clear: true });
  await release();
  const rest = await mail();
  const { messages } = (await recorded())[0]!;
  expect([first.sent + rest.sent, rest.more]).toEqual([messages, false]);
  expect(rest.sent).toBeGreaterThan(0);
  const each = messages / MAILBOXES.length;
  expect([...(await perMailbox()).values()]).toEqual(MAILBOXES.map(() => each));
});

test('the pace of the run is theirs: at 1 a second a slice of 3 seconds mails no more than 4, and the next slices the others (C100)', async () => {
  await setRate(ledger.books, 1, 'Ann');
  const first = await mail({ sliceSeconds: 3 });
  expect(first).toMatchObject({ refused: [], more: true });
  expect(first.sent).toBeLessThanOrEqual(4);
  expect(first.sent).toBeGreaterThan(0);
  await setRate(ledger.books, 1_000, 'Ann');
  await mail();
  const { messages } = (await recorded())[0]!;
  expect(await accepted()).toBe(messages);
});

test('what the relay did not take is on record with its codes, and told to whoever asks again: a run that was ended amid them (I7)', async () => {
  await relay.control({
    add: { at: 'rcpt', match: `^${MAILBOXES[0]!.split('@')[0]}@`, reply: '550 5.1.1 no' },
  });
  const { refused } = await mail();
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every((words) => / to mailbox 1: refused 550$/.test(words))).toBe(true);
  const details = (await auditEntries(ledger.database.db, { action: 'canary-mailboxes' })).map(
    ({ detail }) => (JSON.parse(detail) as MailboxProgress).refused,
  );
  expect(details.at(-1)).toEqual(refused);
  expect(await mail()).toEqual({ sent: 0, refused });
});

test('a message that holds something foreign is not sent to a mailbox, and the gate closes (C43)', async () => {
  const mixingUp: LaneSenders = {
    ...senders,
    take: async (...asked) => {
      const sender = (await senders.take(...asked))!;
      return {
        ...sender,
        send: (batch, ...rest) =>
          sender.send(
            batch.map((message, i) => (i === 2 ? { ...message, content: batch[1]!.content } : message)),
            ...rest,
          ),
      };
    },
  };
  expect(await mail({}, mixingUp)).toMatchObject({ sent: 2, gateClosed: true });
  expect(await accepted()).toBe(2);
  expect(await readGate(ledger.books)).toMatchObject({ gate: 'closed', by: 'the guard' });
  expect((await readGate(ledger.books)).reason).toMatch(/ was not that of the canary's .+ to mailbox \d\./);
});

test('an attempt that has lost the lane records nothing: the mailboxes are those of the later one', async () => {
  await relay.control({ add: { at: 'dot', action: 'hold', times: 1 } });
  const earlier = mail().catch((error: Error) => error.message);
  await until('the dot that is held back', async () => (await timesFired(relay)) === 1);
  const token = async () =>
    (await sql<{ token: string }>`SELECT token FROM lanes WHERE lane = 'canary'`.execute(ledger.database.db))
      .rows[0]!.token;
  const before = await token();
  const later = mail();
  await until('the later one', async () => (await token()) !== before);
  await relay.control({ release: true });
  expect(await earlier).toContain('Another attempt took over the lane');
  expect(await later).toMatchObject({ more: false });
  expect(await recorded()).toHaveLength(2);
});

test('nor does one that loses it only once its last message is out', async () => {
  const progress = { mailboxes: 6, messages: 6, upTo: 6, again: [], refused: [], version: 1 };
  const attempt = (laneToken: string) => ({ ...ledger.books, lane: 'canary', laneToken });
  const [earlier, later] = [attempt(randomUUID()), attempt(randomUUID())];
  for (const { laneToken } of [earlier, later]) await takeLane(ledger.books, 'canary', laneToken);
  expect([await recordMailboxes(earlier, progress), await recorded()]).toEqual([false, []]);
  expect([await recordMailboxes(later, progress), await recorded()]).toEqual([true, [expect.anything()]]);
});

test('where the database has lost decisions that Temporal knows of no mailbox is mailed (I6)', async () => {
  const { lost } = await mail({ auditHead: { seq: 9, hash: 'a'.repeat(64) } });
  expect(lost).toContain('It has lost decisions: Temporal has entry 9 of the audit log');
  expect([await accepted(), await recorded()]).toEqual([0, []]);
});

test('after an amendment a new mailbox sees the words, all see other words, and at another pace nobody is mailed again (C103)', async () => {
  const amendTo = async (change: (file: Incident) => void) => {
    const approving = async () => {
      const { content_hash: contentHash, version } = (await findIncident(ledger.database.db, 'test'))!;
      expect(await recordApproval(ledger.books, { by: 'Ann', contentHash, version })).toBeNull();
    };
    await amendAs(ledger, await proposeTo(ledger, change));
    await approving();
  };
  const { db } = ledger.database;
  const { content_hash: contentHash } = (await findIncident(db, 'test'))!;
  await recordApproval(ledger.books, { by: 'Ann', contentHash });
  const { sent: messages } = await mail();
  const each = messages / MAILBOXES.length;
  await amendTo((file) => (file.breaker.sameRefusals = 7));
  expect(await mail()).toEqual({ sent: 0, refused: [] });
  await amendTo((file) => file.canary.mailboxes.push('new@zappos.test'));
  expect((await mail()).sent).toBe(each);
  expect((await perMailbox()).get('new@zappos.test')).toBe(each);
  expect(await mail()).toEqual({ sent: 0, refused: [] });
  await amendTo((file) => (file.texts.en!.heading = 'Notice'));
  expect((await mail()).sent).toBe(messages + each);
  const ids = (await acceptancesIn(relay.log)).map(({ messageId }) => messageId);
  expect(new Set(ids).size).toBe(ids.length);
});
