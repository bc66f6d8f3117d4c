import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { findIncident } from '../../src/books/incident-row';
import { openDatabase } from '../../src/books/open-database';
import { ROLES, type Role } from '../../src/company/needed-grants';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

const ID = 'zappos-2012';
const PASSWORD = 'Limited-1';
const USERS = Object.fromEntries(
  ROLES.map((role) => [role, `t_${role}_${randomBytes(4).toString('hex')}`]),
) as Record<Role, string>;

let desk: OwnOperator;
let file: string;
let rootUrl: string;
beforeAll(async () => {
  desk = await ownOperator('grants', 300);
  file = desk.file('incident.yaml');
  rootUrl = desk.env.DATABASE_URL!;
});
afterAll(async () => {
  for (const user of Object.values(USERS)) await asRoot([`DROP USER IF EXISTS '${user}'@'%'`]);
  await desk.end();
});

async function asRoot(statements: string[]): Promise<void> {
  const { db, close } = openDatabase(rootUrl, { ledgerExists: false, connections: 1 });
  try {
    for (const statement of statements) await sql.raw(statement).execute(db);
  } finally {
    await close();
  }
}

function as(role: Role): NodeJS.ProcessEnv {
  const url = new URL(rootUrl);
  url.username = USERS[role];
  url.password = PASSWORD;
  return { DATABASE_URL: url.href };
}

async function asRole(role: Role, statement: string): Promise<void> {
  const { db, close } = openDatabase(as(role).DATABASE_URL!, { connections: 1 });
  try {
    await sql.raw(statement).execute(db);
  } finally {
    await close();
  }
}

// One story: whoever keeps the database runs what is printed, and then everybody does their work with that and nothing more.

test('what is printed can be run as it is, for each role', async () => {
  const { code, out, err } = await desk.cli(['grants', file]);
  expect([code, err]).toEqual([0, '']);
  expect(out.match(/^-- (worker|operator|support|auditor): /gm)).toHaveLength(4);
  expect(out.match(/^-- (worker|operator), better, once the first start has made the tables/gm)).toHaveLength(
    2,
  );
  for (const role of ROLES) {
    const { out: json } = await desk.cli([
      'grants',
      file,
      '--role',
      role,
      '--user',
      `${USERS[role]}@%`,
      '--json',
    ]);
    const [{ statements }] = JSON.parse(json) as [{ statements: string[] }];
    await asRoot([`CREATE USER '${USERS[role]}'@'%' IDENTIFIED BY '${PASSWORD}'`, ...statements]);
  }
});

test('a file that names what is not there gets no statements, which would not suffice', async () => {
  const wrong = desk.file('wrong.yaml', (text) =>
    text.replace('column: password_hash', 'column: pasword_hash'),
  );
  const { code, out, err } = await desk.cli(['grants', wrong]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /No statements: they would not be enough\.[\s\S]+write password_hash under database\.retire\.0\.column/,
  );
});

test('the operator: the dry run is ready and lacks no right but to see other schemas, and says so; the start makes the ledger', async () => {
  const dry = await desk.start([file], as('operator'));
  expect([dry.code, dry.err]).toEqual([0, '']);
  expect(dry.out.match(/cli -- grants|.*cannot see.*|refuses/g)).toEqual([
    expect.stringContaining(
      'This user cannot see whether tables of other schemas point (by foreign keys) to rows that the run deletes',
    ),
  ]);
  expect(dry.out).toMatch(/READY: /);
  const { code, out } = await desk.start([file, '--go', '--by', 'Ann'], as('operator'));
  expect([code, /^STARTED/m.test(out)]).toEqual([0, true]);
});

test('the worker expires and verifies', async () => {
  desk.env.DATABASE_URL = as('worker').DATABASE_URL;
  await desk.worker();
  const phase = async () => (await findIncident(desk.database.db, ID))!.phase;
  await until('the approval', async () => (await phase()) === 'approval');
});

test('once the ledger is there workers and operators lose the right to change the audit log, and with it no other (C91)', async () => {
  const { rows } = await sql<{ name: string }>`
    SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()`.execute(
    desk.database.db,
  );
  const changed: string[] = [];
  for (const role of ['worker', 'operator'] as const) {
    const { out } = await desk.cli(['grants', file, '--role', role, '--user', `${USERS[role]}@%`, '--json']);
    const [{ insertOnlyAudit }] = JSON.parse(out) as [{ insertOnlyAudit: string[] }];
    await asRoot(insertOnlyAudit);
    changed.push(...insertOnlyAudit.flatMap((statement) => /`\.`(\w+)` TO/.exec(statement)?.[1] ?? []));
    for (const statement of ["UPDATE audit SET who = 'Eve'", 'DELETE FROM audit'])
      await expect(asRole(role, statement)).rejects.toThrow(/denied/);
    await asRole(role, 'UPDATE incidents SET title = title');
  }
  // A table that is made later must be on one side or the other.
  const onlyAdded = ['audit', 'ledger', 'migrations', 'relay_sessions'];
  expect(rows.map(({ name }) => name).sort()).toEqual([...new Set([...changed, ...onlyAdded])].sort());
});

test('the auditor may not steer', async () => {
  const refused = await desk.cli(['pause', '--direct', '--by', 'Eve'], as('auditor'));
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/denied/);
});

test('the operator approves, and the worker tells everybody', async () => {
  const hash = (await findIncident(desk.database.db, ID))!.content_hash;
  const approved = await desk.cli(['approve', '--content', hash, '--by', 'Ann'], as('operator'));
  expect([approved.code, approved.err]).toEqual([0, '']);
  const held = async () => (await findIncident(desk.database.db, ID))!.hold_reason !== null;
  await until('the canary to hold', held);
  expect((await desk.cli(['resume', '--by', 'Ann'], as('operator'))).code).toBe(0);
  const done = async () => (await findIncident(desk.database.db, ID))!.phase;
  await until('everybody to be told', async () => ['remind', 'close', 'closed'].includes(await done()));
});

test('support looks a customer up, and the auditor proves', async () => {
  const { rows } = await sql<{ id: string }>`
    SELECT customer_id AS id FROM notices WHERE state = 'sent' LIMIT 1`.execute(desk.database.db);
  const lookup = await desk.cli(['lookup', rows[0]!.id, '--json'], as('support'));
  expect([lookup.code, lookup.err]).toEqual([0, '']);
  expect(JSON.parse(lookup.out).customers[0].booked.id).toBe(rows[0]!.id);
  for (const verb of ['status', 'report', 'verify']) {
    const { code, out, err } = await desk.cli([verb], as('auditor'));
    expect([verb, err]).toEqual([verb, '']);
    expect([verb, code === 0 || out]).toEqual([verb, true]);
  }
});

test("the auditor exports what names nobody, and cannot take customers' data out, since that goes on the record (I6)", async () => {
  const to = (whom: string, ...more: string[]) => {
    const args = ['export', '--for', whom, '--out', join(desk.folder, `${whom}${more.length}`), ...more];
    return desk.cli(args, as('auditor'));
  };
  for (const whom of ['law-enforcement', 'regulator']) {
    const { code, out, err } = await to(whom);
    expect([whom, err, [0, 3].includes(code) || out]).toEqual([whom, '', true]);
  }
  const refused = await to('law-enforcement', '--customers', '--by', 'Eve');
  expect([refused.code, refused.out]).toEqual([1, '']);
  expect(refused.err).toMatch(/denied/);
  expect(existsSync(join(desk.folder, 'law-enforcement3'))).toBe(false);
});
