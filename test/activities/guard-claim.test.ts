import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { decideNotice } from '../../src/activities/decide-notice';
import { receiverBreakers } from '../../src/activities/receiver-breakers';
import { relayBreakers } from '../../src/activities/relay-breakers';
import { type RunContext, runContexts } from '../../src/activities/run-context';
import { type SentClaim, sendClaim } from '../../src/activities/send-claim';
import { surveyNotices } from '../../src/books/balance';
import { type Claimed, claimNotices } from '../../src/books/claim';
import { readGate } from '../../src/books/gate';
import type { CustomerId } from '../../src/incident/vocabulary';
import { openSender, type Sender } from '../../src/smtp/open-sender';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let folder: string;
let relay: RelayProcess;
let ledger: OwnLedger;
let run: RunContext;
let sender: Sender<CustomerId>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guard-'));
  relay = await startRelayProcess(folder);
  ledger = await ownLedger('guard', 40);
  run = await runContexts(ledger.database)('test');
  sender = openSender({ smtpUrl: `smtp://127.0.0.1:${relay.port}`, sessions: 1 });
});
afterEach(async () => {
  await sender.close();
  await ledger.drop();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

/** A claim of everybody, sent by way of this sender. */
async function send(through: Sender<CustomerId>): Promise<SentClaim> {
  const notices = await run.notices();
  const books = await ledger.claimIn('notify-1', {
    decide: (candidate) => decideNotice(notices, 'notice', candidate),
  });
  const claim = (await claimNotices(books, { after: null, upTo: '1000' }, randomUUID())) as Claimed;
  expect(claim.customers).toHaveLength(40);
  const breaker = relayBreakers().of(run, 'test', '0');
  return sendClaim(
    {
      books,
      after: null,
      run,
      notices,
      sender: { ...through, isParted: () => false },
      breaker,
      receivers: receiverBreakers().of(run, 'test'),
      ...nothingAgainst,
      journal: null,
    },
    claim,
  );
}

const nothingAgainst = {
  lease: { objection: () => null },
  gate: { objection: () => null, stop: () => undefined },
  relay: { objection: () => null },
  shut: { objection: () => null, stop: () => undefined, stateOf: () => 'open' as const },
  retrying: () => undefined,
  clock: { told: () => false },
};

/** Something in the program mixes messages up: from the seventeenth on each has the content of its neighbour. */
const mixingUp = (): Sender<CustomerId> => ({
  ...sender,
  send: (batch, objectionTo, answered) =>
    sender.send(
      batch.map((message, i) =>
        i < 16 ? message : { ...message, content: batch[i === 16 ? 17 : 16]!.content },
      ),
      objectionTo,
      answered,
    ),
});

async function accepted(): Promise<string[]> {
  const to: string[] = [];
  for (const acceptance of await acceptancesIn(relay.log)) to.push(acceptance.to);
  return to;
}

test('sound messages pass', async () => {
  expect(await send(sender)).toMatchObject({ settled: { sent: 40 }, tripped: null });
  expect(await accepted()).toHaveLength(40);
});

test("a message with another customer's data gets no dot, nor does any after it; the gate is closed with what to do (C43)", async () => {
  const { settled, tripped, objection } = await send(mixingUp());
  expect(settled).toEqual({ sent: 16, released: 24 });
  expect(objection).toEqual({ check: 'guard', reason: tripped });
  expect(await accepted()).toHaveLength(16);
  expect(tripped).toContain(
    'a message held something foreign: the To header was not that of customer 170. The message was not sent',
  );
  const gate = await readGate(ledger.books);
  expect(gate).toMatchObject({ gate: 'closed', by: 'the guard', reason: tripped!.slice(0, 500) });
  // The ledger knows that nobody else was told: they are claimed again once the gate is open.
  const { notices } = await surveyNotices(ledger.books, 'notice');
  expect(notices).toEqual({ sent: 16, released: 24 });
});

// Let's Encrypt's mail of 2016: what was one recipient's stayed in the text for the next.
test('a text that has kept something of a customer stops the claim before its first dot', async () => {
  const notices = await run.notices();
  for (const { named } of notices.variants.values()) named.fixed.at(-1)!.write('c10@example.test', 200);
  const { settled, tripped } = await send(sender);
  expect(settled).toEqual({ released: 40 });
  expect(tripped).toMatch(/^a message held something foreign: the text was not that of customer 10/);
  expect(await accepted()).toEqual([]);
});
