import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'kysely';
import pino from 'pino';
import { type ActivitySet, createActivities } from '../../src/activities/create-activities';
import { readHead } from '../../src/books/audit-chain';
import type { NewHead } from '../../src/books/books';
import { closeGate } from '../../src/books/gate';
import type { AuditHead } from '../../src/incident/audit-head';
import { type OwnLedger, ownLedger } from '../books/own-ledger';

let ledger: OwnLedger;
let worker: ActivitySet;
let anchored: NewHead[];
let anchorSays: string | null;
let logged: { msg: string; seq?: number; hash?: string; level: number }[];
beforeEach(async () => {
  ledger = await ownLedger('audit-heads', 1);
  [anchored, anchorSays, logged] = [[], null, []];
  worker = createActivities({
    ...{ databaseUrl: ledger.url, smtpUrl: 'smtp://127.0.0.1:9', workerName: 'test' },
    anchor: async (head) => {
      anchored.push(head);
      return anchorSays;
    },
    log: pino({ level: 'info' }, { write: (line) => logged.push(JSON.parse(line)) }),
  });
});
afterEach(async () => {
  await worker.close();
  await ledger.drop();
});

/** What the worker's activity tells the run, which knows this head. */
async function told(name: 'readGate' | 'setRate' | 'closeGate', known?: AuditHead) {
  const environment = new MockActivityEnvironment(
    { activityType: name },
    { logger: new DefaultLogger('ERROR') },
  );
  const input = { incidentId: 'test', ledgerId: ledger.ledgerId, perSecond: 7, reason: 'a look', by: 'ann' };
  const result: unknown = await environment.run(
    worker.activities[name] as never,
    {
      ...input,
      ...(known === undefined ? {} : { auditHead: known }),
    } as never,
  );
  return (result as { audit?: AuditHead & { problem: string | null } }).audit;
}

async function head() {
  const { seq, hash } = (await readHead(ledger.books))!;
  return { seq, hash };
}

test("each decision's head goes to the run, the worker's log and the anchor (I6)", async () => {
  for (const name of ['closeGate', 'setRate'] as const) {
    const tells = await told(name);
    expect(tells).toEqual({ ...(await head()), problem: null });
    expect(anchored.at(-1)).toMatchObject({ ...(await head()), incident: 'test', ledger: ledger.ledgerId });
    const heads = logged.filter(({ msg }) => msg === 'audit head');
    expect(heads.at(-1)).toMatchObject(await head());
  }
});

test('what an operator decided past Temporal follows with the next activity, once (I6)', async () => {
  await closeGate(ledger.books, 'paused', 'ann');
  expect(await told('readGate')).toEqual({ ...(await head()), problem: null });
  await told('readGate');
  expect(anchored).toMatchObject([await head()]);
});

test('an anchor that fails is told to the run and in the log, and what was decided stands', async () => {
  anchorSays = "THE AUDIT'S HEAD WAS NOT ANCHORED: no space";
  expect(await told('setRate')).toEqual({ ...(await head()), problem: anchorSays });
  expect(logged.filter(({ level }) => level >= 50).map(({ msg }) => msg)).toEqual([anchorSays]);
  expect((await head()).seq).toBe(3);
  anchorSays = null;
  expect(await told('closeGate')).toEqual({ ...(await head()), problem: null });
});

test('a head that the chain does not hold any more is kept, not replaced by that of a chain made anew (C91)', async () => {
  const known = await head();
  await sql`UPDATE audit SET hash = REPEAT('x', 32) WHERE seq = 2`.execute(ledger.database.db);
  const tells = await told('setRate', known);
  expect(tells).toEqual({
    ...known,
    problem: `THE AUDIT LOG WAS CHANGED: it does not hold entry 2, ${known.hash} any more. What was changed: npm run cli -- verify`,
  });
  expect(logged.filter(({ level }) => level >= 50)).toMatchObject([{ seq: 2, hash: known.hash }]);
});

test('a worker that wrote an entry itself notices that it was changed, also where the run knows of none (C91)', async () => {
  const own = await told('setRate');
  await sql`UPDATE audit SET incident = 99 WHERE seq = 3`.execute(ledger.database.db);
  expect(await told('readGate')).toMatchObject({
    ...{ seq: 3, hash: own!.hash },
    problem: expect.stringMatching(/^THE AUDIT LOG WAS CHANGED/),
  });
});

test('where the head cannot be read the activity has done its work all the same', async () => {
  await sql`RENAME TABLE audit TO elsewhere`.execute(ledger.database.db);
  expect(await told('readGate')).toBeUndefined();
  expect(logged.at(-1)).toMatchObject({ msg: "the audit's head could not be read", level: 40 });
});
