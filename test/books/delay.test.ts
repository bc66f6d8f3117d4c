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
const first = async () => (await standing()).requests[0]!;

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
  const { number, since } = await first();
  expect(number).toBe(3);
  expect(await releaseDelay(ledger.books, { number }, { by: 'Jo', reason: 'agent Roe agreed' })).toEqual([]);
  expect(await readGate(ledger.books)).toMatchObject({ gate: 'open', reason: '', by: 'Jo', delay: null });
  expect(await claimed()).toBe('claimed');
  const entries = (await auditEntries(ledger.database.db)).slice(2);
  expect(entries.map(({ who, action, detail }) => [who, action, JSON.parse(detail)])).toEqual([
    ['Ann', 'law-enforcement-hold', { reason: 'FBI 12-345' }],
    ['Ann', 'gate-closed', { reason: 'held for law enforcement' }],
    [
      'Jo',
      'law-enforcement-release',
      { request: 3, reason: 'agent Roe agreed', held: { by: 'Ann', reason: 'FBI 12-345', since } },
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
  await releaseDelay(ledger.books, await first(), { by: 'Jo', reason: 'agreed' });
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

const AGREED = { by: 'Jo', reason: 'agreed' };
const asksOf = async () => (await standing()).requests.map(({ number, by, reason }) => [number, by, reason]);

test('each request stands by itself until it is released, and the gate opens with the last (I2, I6)', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  await beginDelay(ledger.books, 'Bob', 'state police 7');
  await beginDelay(ledger.books, 'Bob', 'Europol 1');
  expect(await asksOf()).toEqual([
    [3, 'Ann', 'FBI 12-345'],
    [5, 'Bob', 'state police 7'],
    [6, 'Bob', 'Europol 1'],
  ]);
  const { since } = await standing();
  expect(await readGate(ledger.books)).toMatchObject({
    reason: 'held for law enforcement: FBI 12-345; state police 7; Europol 1',
    by: 'Ann; Bob; Bob',
    since,
    delay: { pausedToo: false },
  });
  expect(await releaseDelay(ledger.books, { number: 5 }, AGREED)).toHaveLength(2);
  expect(await releaseDelay(ledger.books, { number: 3 }, AGREED)).toHaveLength(1);
  expect(await asksOf()).toEqual([[6, 'Bob', 'Europol 1']]);
  expect(await readGate(ledger.books)).toMatchObject({
    gate: 'closed',
    reason: 'held for law enforcement: Europol 1',
    by: 'Bob',
  });
  expect(await claimed()).toBe('gate-closed');
  // The same words once more, after they were released, are a new request.
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  expect(await releaseDelay(ledger.books, { number: 6 }, AGREED)).toHaveLength(1);
  expect(await releaseDelay(ledger.books, { number: 9 }, AGREED)).toEqual([]);
  expect((await readGate(ledger.books)).gate).toBe('open');
  const releases = await auditEntries(ledger.database.db, { action: 'law-enforcement-release' });
  expect(
    releases.map(({ detail }) => JSON.parse(detail)).map(({ request, standing: left }) => [request, left]),
  ).toEqual([
    [5, [3, 6]],
    [3, [6]],
    [6, [9]],
    [9, undefined],
  ]);
  expect(await verifyAudit(ledger.books)).toBeNull();
});

test('a release ends no request but its own: not one that came meanwhile, and none twice', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const seen = await first();
  await beginDelay(ledger.books, 'Bob', 'state police 7');
  expect(await releaseDelay(ledger.books, seen, AGREED)).toHaveLength(1);
  const before = await actions();
  expect(await releaseDelay(ledger.books, seen, AGREED)).toBeNull();
  expect(await releaseDelay(ledger.books, { number: 4 }, AGREED)).toBeNull();
  expect(await actions()).toEqual(before);
  expect(await standing()).toMatchObject({ by: 'Bob', reason: 'state police 7' });
});

test('a pause besides outlives the release of one of two, and keeps its own words', async () => {
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  await beginDelay(ledger.books, 'Bob', 'state police 7');
  const paused = await closeGate(ledger.books, 'paused: lunch', 'Eve');
  expect(await releaseDelay(ledger.books, await first(), AGREED)).toHaveLength(1);
  expect(await readGate(ledger.books)).toMatchObject({ reason: 'paused: lunch', by: 'Eve' });
  await releaseDelay(ledger.books, await first(), AGREED);
  expect(await readGate(ledger.books)).toMatchObject({
    gate: 'closed',
    reason: 'paused: lunch',
    delay: null,
  });
  expect(await openGate(ledger.books, paused.fence, 'Eve')).toMatchObject({ opened: true });
});

test('a hold that stands in the row and not on record can be released, one that is on record and not in the row, too', async () => {
  await sql`UPDATE incidents SET gate = 'closed', delay_by = 'Eve', delay_reason = 'a trick', delay_since = UTC_TIMESTAMP(6),
    delay_fence = 0`.execute(ledger.database.db);
  expect(await asksOf()).toEqual([[0, 'Eve', 'a trick']]);
  expect(await releaseDelay(ledger.books, await first(), AGREED)).toEqual([]);
  expect((await readGate(ledger.books)).gate).toBe('open');
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  const asked = await first();
  await sql`UPDATE incidents SET gate = 'open', delay_by = NULL, delay_reason = NULL, delay_since = NULL, delay_fence = NULL`.execute(
    ledger.database.db,
  );
  expect(await releaseDelay(ledger.books, asked, AGREED)).toEqual([]);
  // Written down once more it stands again.
  await beginDelay(ledger.books, 'Ann', 'FBI 12-345');
  expect(await claimed()).toBe('gate-closed');
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
  const delay = await first();
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
      if (delay && !wanted)
        await releaseDelay(books, delay.requests[0]!, { by: 'the test', reason: 'again' });
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
