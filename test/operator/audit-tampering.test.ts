import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { findIncident } from '../../src/books/incident-row';
import { entryHash } from '../../src/books/judge-audit';
import type { AuditTable, IncidentsTable } from '../../src/books/ledger-tables';
import { openDatabase } from '../../src/books/open-database';
import { workflowIdOf } from '../../src/workflows/messages';
import { until } from '../until';
import { type OwnOperator, ownOperator, type Typed } from './own-operator';

const ID = 'zappos-2012';
const USER = `t_hand_${randomBytes(4).toString('hex')}`;
const PASSWORD = 'Limited-1';

let desk: OwnOperator;
let anchor: string;
let file: string;
beforeAll(async () => {
  desk = await ownOperator('tampering', 60);
  anchor = join(desk.folder, 'audit.anchor');
  desk.env.AUDIT_ANCHOR = anchor;
  file = desk.file('incident.yaml');
  const started = await desk.start([file, '--go', '--by', 'Ann']);
  expect([started.code, started.err]).toEqual([0, '']);
  await desk.worker();
  await until('the approval', async () => (await row()).phase === 'approval');
  await grantHand();
  untouched = { audit: await chain(), row: await row() };
});
afterAll(async () => {
  await sql.raw(`DROP USER IF EXISTS '${USER}'@'%'`).execute(desk.database.db);
  await desk.end();
});
afterEach(restore);

let untouched: { audit: AuditTable[]; row: IncidentsTable };

const row = async () => (await findIncident(desk.database.db, ID))!;
const chain = async () =>
  (await sql<AuditTable>`SELECT * FROM audit WHERE incident = 1 ORDER BY seq`.execute(desk.database.db)).rows;
const verify = (...more: string[]) => desk.cli(['verify', ...more]);
const failures = ({ out }: Typed) =>
  out
    .split('\n')
    .flatMap((line, i, all) => (line.includes('[FAIL]') ? [line.trim(), all[i + 1]!.trim()] : []));

/** A user of the database with exactly what the README's `grants` gives to who changes most: the worker and the operator. */
async function grantHand(): Promise<void> {
  const roots = [`CREATE USER '${USER}'@'%' IDENTIFIED BY '${PASSWORD}'`];
  for (const role of ['worker', 'operator']) {
    const { out } = await desk.cli(['grants', file, '--role', role, '--user', `${USER}@%`, '--json']);
    roots.push(...(JSON.parse(out) as [{ statements: string[] }])[0].statements);
  }
  for (const statement of roots) await sql.raw(statement).execute(desk.database.db);
}

async function byHand(work: (db: typeof desk.database.db) => Promise<unknown>): Promise<void> {
  const url = new URL(desk.env.DATABASE_URL!);
  url.username = USER;
  url.password = PASSWORD;
  const hand = openDatabase(url.href, { connections: 1 });
  try {
    await work(hand.db);
  } finally {
    await hand.close();
  }
}

async function restore(): Promise<void> {
  const { db } = desk.database;
  await sql`DELETE FROM audit WHERE incident <> 0`.execute(db);
  for (const entry of untouched.audit)
    await sql`
      INSERT INTO audit (incident, seq, at, who, action, detail, prev_hash, hash)
      VALUES (1, ${entry.seq}, ${entry.at}, ${entry.who}, ${entry.action}, ${entry.detail}, ${entry.prev_hash}, ${entry.hash})`.execute(
      db,
    );
  const { approved_by: by, approved_hash: hash, approved_at: at, gate, fence } = untouched.row;
  await sql`UPDATE incidents SET approved_by = ${by}, approved_hash = ${hash}, approved_at = ${at}, gate = ${gate}, fence = ${fence},
    gate_by = ${untouched.row.gate_by}, gate_reason = ${untouched.row.gate_reason}`.execute(db);
}

/** Entry 2 says something else, and the chain is whole in itself. */
function makeAnew(): Promise<void> {
  return byHand(async (db) => {
    let before = untouched.audit[0]!.hash;
    for (const entry of untouched.audit.slice(1)) {
      const who = entry.seq === 2 ? 'Eve' : entry.who;
      const hash = entryHash({ ...entry, who, prev_hash: before });
      await sql`UPDATE audit SET who = ${who}, prev_hash = ${before}, hash = ${hash} WHERE incident = 1 AND seq = ${entry.seq}`.execute(
        db,
      );
      before = hash;
    }
  });
}

/** The README's user may not delete: the entries are moved where nobody looks. */
function cutTail(from: number): Promise<void> {
  return byHand((db) =>
    sql`UPDATE audit SET incident = 4000000000 WHERE incident = 1 AND seq >= ${from}`.execute(db),
  );
}

test('what nobody has touched holds, by Temporal and by the anchor (I6)', async () => {
  const { code, out } = await verify('--anchor', anchor);
  expect(out).toContain('[ ok ] the audit log holds every head that Temporal keeps of it (I6)');
  expect(out).toMatch(/\[ ok \] the audit log holds every head in .*audit\.anchor: \d+ heads \(I6\)/);
  expect([code, out]).toEqual([
    0,
    expect.stringContaining("[ ok ] the incident's row is what the audit log says (I6)"),
  ]);
  expect(readFileSync(anchor, 'utf8')).toContain('"action":"phase"');
});

test('a tail that was cut is found and named, by Temporal and by the anchor each (C91)', async () => {
  const { length } = untouched.audit;
  await cutTail(length);
  for (const more of [[], ['--anchor', anchor]]) {
    const verified = await verify(...more);
    expect(verified.code).toBe(1);
    expect(failures(verified)).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^entry ${length} is gone: the chain ends with entry ${length - 1}, and Temporal \\(the memo of the run [0-9a-f-]+\\) has`,
        ),
      ),
    );
  }
  const alone = await desk.cli(['verify', '--anchor', anchor], { TEMPORAL_ADDRESS: '127.0.0.1:9' });
  expect(alone.code).toBe(1);
  expect(alone.out).toMatch(
    /\[ -- \] the audit log holds every head that Temporal keeps of it \(I6\)\n +not compared: .*127\.0\.0\.1:9/,
  );
  expect(failures(alone)).toContainEqual(
    expect.stringMatching(
      new RegExp(`^entry ${length} is gone: .*, and .*audit\\.anchor has entry ${length} with`),
    ),
  );
});

test('a chain whose hashes were made anew is found and named (C91)', async () => {
  await makeAnew();
  const verified = await verify('--anchor', anchor);
  expect(verified.out).toContain('[ ok ] the audit log is whole (I6)');
  expect(verified.code).toBe(1);
  expect(failures(verified)).toEqual([
    '[FAIL] the audit log holds every head that Temporal keeps of it (I6)',
    expect.stringMatching(
      /^one of the entries 1 to \d+ is not what it was, and the hashes from there on were made anew: Temporal/,
    ),
    expect.stringMatching(/^\[FAIL\] the audit log holds every head in .*audit\.anchor/),
    expect.stringMatching(
      /^one of the entries 1 to 2 is not what it was, and the hashes from there on were made anew: .*audit\.anchor has entry 2 with/,
    ),
  ]);
});

test('an approval that was written by UPDATE is found and named (C91)', async () => {
  await byHand((db) =>
    sql`UPDATE incidents SET approved_by = 'Jo Counsel', approved_hash = content_hash, approved_at = UTC_TIMESTAMP(6)`.execute(
      db,
    ),
  );
  const verified = await verify();
  expect(verified.code).toBe(1);
  expect(failures(verified)).toEqual([
    "[FAIL] the incident's row is what the audit log says (I6)",
    "who approved: the incident's row says Jo Counsel, the audit log says nothing",
  ]);
});

test('an anchor of another ledger, and none at all, prove nothing and say so (I7)', async () => {
  const { code, err } = await verify('--anchor', join(desk.folder, 'nowhere'));
  expect([code, err]).toEqual([
    2,
    expect.stringContaining("Name a file that AUDIT_ANCHOR wrote, or a worker's log."),
  ]);
  const other = await verify('--anchor', file);
  expect([other.code, other.out]).toEqual([
    1,
    expect.stringContaining('has no head of zappos-2012 in this ledger: nothing was compared'),
  ]);
  expect((await verify()).out).toContain(
    'not compared: verify --anchor FILE names the file that AUDIT_ANCHOR wrote',
  );
});

test('a pause past Temporal is newer than what Temporal holds, which accuses nobody; its head is in the anchor and shown (I6)', async () => {
  const { code, err } = await desk.cli(['pause', '--direct', '--by', 'Ann'], {
    TEMPORAL_ADDRESS: '127.0.0.1:9',
  });
  expect([code, err]).toEqual([
    0,
    expect.stringMatching(/^On the record: entry \d+, [0-9a-f]{64}\. Temporal does not have it yet\.$/m),
  ]);
  const [, head] = err.match(/, ([0-9a-f]{64})\./)!;
  expect(readFileSync(anchor, 'utf8')).toContain(head);
  const { code: verified, out } = await verify('--anchor', anchor);
  expect([verified, out]).toEqual([
    0,
    expect.stringContaining('[ ok ] the audit log holds every head that Temporal'),
  ]);
  const resumed = await desk.cli(['resume', '--by', 'Ann']);
  expect(resumed.code).toBe(0);
  untouched = { audit: await chain(), row: await row() };
});

test('the audit log is read out in words, oldest first, and says whether it is whole and how it ends (I6)', async () => {
  const { code, out } = await desk.cli(['audit']);
  const { length } = untouched.audit;
  expect(code).toBe(0);
  expect(out).toMatch(
    /^ +1 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}Ann.* started the incident: the file [0-9a-f]{12}, /m,
  );
  expect(out).toMatch(/UTC {2}the workflow went to the phase verify$/m);
  expect(out).toMatch(/UTC {2}Ann.* closed the gate: paused$/m);
  expect(out).toContain(
    `The audit log is whole in itself. It ends with entry ${length}, ${untouched.audit.at(-1)!.hash.toString('hex')}.`,
  );
  const read = JSON.parse((await desk.cli(['audit', '--json'])).out);
  expect(read).toMatchObject({
    incidentId: ID,
    chain: { entries: length, broken: null, head: { seq: length } },
  });
  expect(read.decisions.map(({ action }: { action: string }) => action)).toEqual(
    untouched.audit.map(({ action }) => action),
  );
  await byHand((db) => sql`UPDATE audit SET who = 'Eve' WHERE incident = 1 AND seq = 2`.execute(db));
  const changed = await desk.cli(['audit']);
  expect([changed.code, changed.out]).toEqual([
    1,
    expect.stringContaining('THE AUDIT LOG IS NOT WHOLE: entry 2 was changed after it was written.'),
  ]);
});

test('the run itself notices, says so, and keeps the head that accuses; also a run that is started again over it (C91)', async () => {
  await makeAnew();
  await desk.cli(['pause', '--by', 'Eve']);
  const { out } = await desk.cli(['status']);
  expect(out).toMatch(/^THE AUDIT LOG WAS CHANGED: it does not hold entry \d+, [0-9a-f]{64} any more\./m);
  expect((await verify()).code).toBe(1);
  await desk.client.workflow.getHandle(workflowIdOf(ID)).terminate('to begin with a clean sheet');
  const again = await desk.start([file, '--go', '--by', 'Eve']);
  expect([again.code, again.out]).toEqual([0, expect.stringMatching(/^GOES ON/m)]);
  const newRun = () => desk.client.workflow.getHandle(workflowIdOf(ID)).describe();
  await until('the new run to know the chain', async () => (await newRun()).memo?.audit !== undefined);
  await until('the list to know both runs', async () => {
    const runs: string[] = [];
    for await (const { runId } of desk.client.workflow.list({ query: `WorkflowId = '${workflowIdOf(ID)}'` }))
      runs.push(runId);
    return runs.length === 2;
  });
  const verified = await verify();
  expect([verified.code, verified.out]).toEqual([
    1,
    expect.stringMatching(/is not what it was, and the hashes from there on were made anew: Temporal/),
  ]);
});
