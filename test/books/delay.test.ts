import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { verifyAudit } from '../../src/books/audit-chain';
import { claimNotices } from '../../src/books/claim';
import { beginDelay, readDelay, releaseDelay } from '../../src/books/delay';
import { closeGate, openGate, readGate } from '../../src/books/gate';
import { closeIncident, IncidentOverError, lastDecision } from '../../src/books/incident-decisions';
import { auditEntries } from '../audit-entries';
import { fatalWire } from './fatal-wire';
import { type OwnLedger, ownLedger } from './own-ledger';

const all = { after: null, upTo: '999999' };
let ledger: OwnLedger;
beforeEach(async () => {
  ledger = await ownLedger('delay', 20);
});
afterEach(() => ledger.drop());

const actions = async () => (await auditEntries(ledger.database.db)).slice(2).map(({ action }) => action);
const claimed = async () => (await claimNotices(await ledger.claimIn('notify-1'), all, randomUUID())).kind;
const standing = async () => (await readDelay(ledger.books))!;

test('while it stands no claim commits, and no resume of any fence opens the gate (I2)', async () => {
  const earlier = await closeGate(ledger.books, 'paused', 'Bob');
  await openGate(ledger.books, earlier.fence, 'Bob');
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const { fence } = await readGate(ledger.books);
  for (const any of [earlier.fence, fence - 1, fence, fence + 1])
    expect(await openGate(ledger.books, any, 'Bob')).toMatchObject({ opened: false, gate: 'closed' });
  expect(await claimed()).toBe('gate-closed');
  expect(await readGate(ledger.books)).toMatchObject({
    reason: 'held for law enforcement: FBI 12-345',
    by: 'Ann',
    delay: { by: 'Ann', reason: 'FBI 12-345', pausedToo: false },
  });
  expect(await verifyAudit(ledger.books)).toBeNull();
});

test('the table itself refuses an open gate, whoever writes the row: an older worker, a hand', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const open = sql`UPDATE incidents SET gate = 'open' WHERE incident = ${ledger.incident}`;
  await expect(open.execute(ledger.database.db)).rejects.toThrow(/incidents_delay/);
  expect(await claimed()).toBe('gate-closed');
});

test('a release opens the gate, and both are on the record with who and why (I6)', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const { since } = await standing();
  expect(await releaseDelay(ledger.books, { since }, { by: 'Jo', reason: 'agent Roe agreed' })).toBe(true);
  expect(await readGate(ledger.books)).toMatchObject({ gate: 'open', reason: '', by: 'Jo', delay: null });
  expect(await claimed()).toBe('claimed');
  const entries = (await auditEntries(ledger.database.db)).slice(2);
  expect(entries.map(({ who, action, detail }) => [who, action, JSON.parse(detail)])).toEqual([
    ['Ann', 'law-enforcement-hold', { reason: 'FBI 12-345' }],
    ['Ann', 'gate-closed', { reason: 'held for law enforcement' }],
    [
      'Jo',
      'law-enforcement-release',
      { reason: 'agent Roe agreed', held: { by: 'Ann', reason: 'FBI 12-345', since } },
    ],
    ['Jo', 'gate-opened', { fence: 1 }],
  ]);
  expect(await verifyAudit(ledger.books)).toBeNull();
});

test('a pause that came before, or meanwhile, outlives the release; a resume ends the pause alone', async () => {
  const paused = await closeGate(ledger.books, 'paused: lunch', 'Bob');
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  expect(await readGate(ledger.books)).toMatchObject({
    reason: 'paused: lunch',
    by: 'Bob',
    fence: paused.fence,
    delay: { pausedToo: true },
  });
  expect(await openGate(ledger.books, paused.fence, 'Bob')).toMatchObject({
    opened: false,
    gate: 'closed',
    reason: 'held for law enforcement: FBI 12-345',
    by: 'Ann',
    delay: { pausedToo: false },
  });
  const breaker = await closeGate(ledger.books, '421 busy', 'the breaker');
  expect(breaker.delay).toMatchObject({ pausedToo: true });
  await openGate(ledger.books, paused.fence, 'Bob');
  expect(await standing()).toMatchObject({ pausedToo: true });
  await releaseDelay(ledger.books, await standing(), { by: 'Jo', reason: 'agreed' });
  expect(await readGate(ledger.books)).toMatchObject({ gate: 'closed', by: 'the breaker', delay: null });
  expect(await openGate(ledger.books, breaker.fence, 'Bob')).toMatchObject({ opened: true, gate: 'open' });
  expect(await actions()).toEqual([
    'gate-closed',
    'law-enforcement-hold',
    'pause-ended',
    'gate-closed',
    'law-enforcement-release',
    'gate-opened',
  ]);
});

test('who asks while one stands is written beside it; the same words again record nothing; one release ends both', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const first = await standing();
  await beginDelay(ledger.books, 'Bob', 'state police 7');
  const both = await standing();
  expect(both).toMatchObject({ by: 'Ann; Bob', reason: 'FBI 12-345; state police 7', pausedToo: false });
  expect((await readGate(ledger.books)).reason).toBe('held for law enforcement: FBI 12-345; state police 7');
  expect(await actions()).toEqual(['law-enforcement-hold', 'gate-closed', 'law-enforcement-hold']);
  // A release that froze before the second request does not undo it.
  expect(first.since).not.toBe(both.since);
  expect(await releaseDelay(ledger.books, first, { by: 'Jo', reason: 'agreed' })).toBe(false);
  expect(await releaseDelay(ledger.books, both, { by: 'Jo', reason: 'agreed' })).toBe(true);
  expect((await readGate(ledger.books)).gate).toBe('open');
});

test('words of any length stand in the row, cut, and whole in the audit', async () => {
  for (const letter of ['x', 'y', 'z'])
    await beginDelay(ledger.books, letter.repeat(100), letter.repeat(300));
  expect((await standing()).reason).toHaveLength(500);
  const entries = await auditEntries(ledger.database.db, { action: 'law-enforcement-hold' });
  expect(entries.map(({ detail }) => JSON.parse(detail).reason.length)).toEqual([300, 300, 300]);
});

test('of a closed incident nothing is held or released', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const delay = await standing();
  await closeIncident(ledger.books, { by: 'Bob', facts: {}, checkedAt: await lastDecision(ledger.books) });
  await expect(beginDelay(ledger.books, 'Ann', 'another')).rejects.toThrow(IncidentOverError);
  await expect(releaseDelay(ledger.books, delay, { by: 'Jo', reason: 'agreed' })).rejects.toThrow(
    IncidentOverError,
  );
});

/** In a process that is killed when the server has done the statement of that number. @returns whether it came so far. */
async function killedAfter(number: number, what: 'begin' | 'release'): Promise<boolean> {
  const wire = await fatalWire(ledger.url, {
    counts: /BEGIN|FOR UPDATE|UPDATE incidents SET|INSERT INTO audit|COMMIT/,
    number,
    kill: () => void child.kill('SIGKILL'),
  });
  const script = join(__dirname, 'delay-process.ts');
  const child = spawn(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), script, wire.url, String(ledger.incident), what],
    { stdio: 'inherit' },
  );
  const [, signal] = await once(child, 'exit');
  await wire.close();
  return signal === 'SIGKILL';
}

test.each([
  ['begin', 'law-enforcement-hold'],
  ['release', 'law-enforcement-release'],
] as const)(
  'killed after any statement of a %s, all of it is done and on the record, or none (I6)',
  async (what, action) => {
    const { books, database } = ledger;
    const recorded = async () => (await auditEntries(database.db, { action })).length;
    const put = async (wanted: boolean) => {
      const delay = await readDelay(books);
      if (delay && !wanted) await releaseDelay(books, delay, { by: 'the test', reason: 'again' });
      if (!delay && wanted) await beginDelay(books, 'the test', 'again');
    };
    const seen: boolean[] = [];
    for (let number = 1, killed = true; killed; number++) {
      await put(what === 'release');
      const before = await recorded();
      killed = await killedAfter(number, what);
      const delay = await readDelay(books);
      const done = (delay !== null) === (what === 'begin');
      expect([number, await recorded()]).toEqual([number, before + (done ? 1 : 0)]);
      expect((await readGate(books)).gate).toBe(delay === null ? 'open' : 'closed');
      expect(await verifyAudit(books)).toBeNull();
      seen.push(done);
    }
    expect(seen.length).toBeGreaterThan(5);
    // Killed after its COMMIT, and not killed at all.
    expect(seen).toEqual([...seen.slice(2).map(() => false), true, true]);
  },
);
