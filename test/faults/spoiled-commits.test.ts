import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { acceptancesIn } from '../../scripts/relay/acceptances';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { verifyAudit } from '../../src/books/audit-chain';
import { surveyNotices } from '../../src/books/balance';
import { closeGate, readGate } from '../../src/books/gate';
import { auditEntries } from '../audit-entries';
import { type OwnLedger, ownLedger } from '../books/own-ledger';
import { type CommitFate, type CommitProxy, commitProxy } from '../company/commit-proxy';

const FATES: CommitFate[] = ['refused', 'done-and-cut', 'lost-and-cut'];
let folder: string;
let relay: RelayProcess;
let ledger: OwnLedger;
let wire: CommitProxy;
let worker: ActivitySet;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spoiled-'));
  relay = await startRelayProcess(folder);
  ledger = await ownLedger('spoiled', 180);
  wire = await commitProxy(ledger.url);
  worker = createActivities({
    databaseUrl: wire.url,
    smtpUrl: `smtp://127.0.0.1:${relay.port}`,
    workerName: 'test',
    log: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await worker.close();
  await wire.close();
  await ledger.drop();
  await relay.stop();
  rmSync(folder, { recursive: true });
});

const theRun = () => ({ incidentId: 'test', ledgerId: ledger.ledgerId });
const states = async () => (await surveyNotices(ledger.books, 'notice')).notices;

/** As Temporal does: again until it succeeds; the first attempt's words where it failed. */
async function insist<T>(attempt: () => Promise<T>): Promise<{ result: T; words: string | null }> {
  const first = await attempt().then(
    (result) => ({ result, words: null }),
    (error: Error) => ({ words: error.message }),
  );
  return 'result' in first ? first : { result: await attempt(), words: first.words };
}
const WORDS = /COMMIT was under way: is the database restarting\?/;

test.each(FATES)('the COMMIT of a claim is %s: everybody is told once (C37, I1, I2)', async (fate) => {
  const before = (await states()).sent ?? 0;
  wire.fate = fate;
  const { words } = await insist(() =>
    new MockActivityEnvironment().run(worker.activities.notifySlice, {
      ...theRun(),
      lane: 'notify-1',
      lanes: 1,
      wave: 'notice' as const,
      range: { after: String(before * 10), upTo: String(before * 10 + 600) },
      sliceSeconds: 30,
    }),
  );
  expect(wire.fate).toBeNull();
  if (fate === 'refused') expect(words).toBeNull();
  else expect(words).toMatch(WORDS);
  const sent = before + 60;
  expect(await states()).toEqual({ sent });
  const to: string[] = [];
  for (const acceptance of await acceptancesIn(relay.log)) to.push(acceptance.to);
  expect([to.length, new Set(to).size]).toEqual([sent, sent]);
});

test.each(FATES)(
  'the COMMIT of a pause is %s: the gate is closed, and the audit says so (C37, I6)',
  async (fate) => {
    const before = await gateAndEntries('gate-closed');
    wire.fate = fate;
    const { words } = await insist(() =>
      new MockActivityEnvironment().run(worker.activities.closeGate, {
        ...theRun(),
        ...{ reason: fate, by: 'ann' },
      }),
    );
    if (fate === 'refused') expect(words).toBeNull();
    else expect(words).toMatch(WORDS);
    const after = await gateAndEntries('gate-closed');
    expect(after.gate).toMatchObject({
      gate: 'closed',
      reason: expect.stringMatching(new RegExp(`^(refused$|.*: ${fate}$)`)),
    });
    // A pause that is repeated counts twice, which undoes nothing: a resume names the fence that it saw.
    const times = fate === 'done-and-cut' ? 2 : 1;
    expect([after.gate.fence - before.gate.fence, after.entries - before.entries]).toEqual([times, times]);
    expect(await verifyAudit(ledger.books)).toBeNull();
  },
);

test.each(FATES)(
  'the COMMIT of a resume is %s: the gate is opened once, and it says so (C37, I6)',
  async (fate) => {
    const { fence } = await closeGate(ledger.books, 'stop', 'ann');
    const before = await gateAndEntries('gate-opened');
    wire.fate = fate;
    const { result, words } = await insist(() =>
      new MockActivityEnvironment().run(worker.activities.openGate, { ...theRun(), fence, by: 'ann' }),
    );
    if (fate === 'refused') expect(words).toBeNull();
    else expect(words).toMatch(WORDS);
    expect(result).toMatchObject({ opened: true, gate: 'open' });
    const after = await gateAndEntries('gate-opened');
    expect(after.gate).toMatchObject({ gate: 'open', by: 'ann', fence });
    expect(after.entries - before.entries).toBe(1);
    expect(await verifyAudit(ledger.books)).toBeNull();
  },
);

async function gateAndEntries(action: string) {
  const entries = await auditEntries(ledger.database.db, { action });
  return { gate: await readGate(ledger.books), entries: entries.length };
}
