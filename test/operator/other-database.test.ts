import { join } from 'node:path';
import { sql } from 'kysely';
import { createReferenceSchema } from '../../scripts/seed/reference-schema';
import { seedCustomers } from '../../scripts/seed/seed-customers';
import { readGate } from '../../src/books/gate';
import { findIncident } from '../../src/books/incident-row';
import { type Database, openDatabase } from '../../src/books/open-database';
import { prepareIncident } from '../../src/operator/prepare-incident';
import { runLedger } from '../../src/operator/run-ledger';
import { startIncident } from '../../src/operator/start';
import { workflowIdOf } from '../../src/workflows/messages';
import { type OwnSchema, ownSchema } from '../own-schema';
import { until } from '../until';
import { CUTOFF, type OwnOperator, ownNamespace, ownOperator, SEED, type Typed } from './own-operator';

const ID = 'zappos-2012';
let desk: OwnOperator;
let elsewhere: OwnSchema;
let other: Database;
let ownTemporal: Awaited<ReturnType<typeof ownNamespace>>;
let file: string;

beforeAll(async () => {
  desk = await ownOperator('otherdb', 30);
  file = desk.file('incident.yaml');
  elsewhere = await ownSchema('otherdb-elsewhere');
  const { companySchema } = elsewhere;
  const company = openDatabase(elsewhere.url, { ledgerExists: false, connections: 2 });
  await createReferenceSchema(company.db, companySchema);
  await seedCustomers(company.db, { companySchema, customers: 20, seed: SEED, cutoff: CUTOFF });
  await company.close();
  other = openDatabase(elsewhere.url, { connections: 2 });
  ownTemporal = await ownNamespace('otherdb-elsewhere');
  expect((await desk.start([file, '--go'])).code).toBe(0);
});
afterAll(async () => {
  await ownTemporal.client.connection.close();
  await other.close();
  await elsewhere.drop();
  await desk.end();
});

/** Every table of both companies and both ledgers, with its checksum. */
async function everything(): Promise<Record<string, string>> {
  const checksums: Record<string, string> = {};
  for (const { companySchema, ledgerSchema } of [desk.database, other]) {
    const { rows: tables } = await sql<{ s: string; t: string }>`
      SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM information_schema.TABLES
      WHERE TABLE_SCHEMA IN (${companySchema}, ${ledgerSchema})`.execute(desk.database.db);
    for (const { s, t } of tables) {
      const { rows } = await sql<{ Checksum: string }>`CHECKSUM TABLE ${sql.id(s, t)}`.execute(
        desk.database.db,
      );
      checksums[`${s}.${t}`] = rows[0]!.Checksum;
    }
  }
  return checksums;
}
const atOther = (args: string[]): Promise<Typed> => desk.cli(args, { DATABASE_URL: elsewhere.url });
const words = ({ out, err }: Typed) => out + err;

/** Everything that may change something, as it would. */
const DECIDING: Record<string, string[][]> = {
  start: [['--go', 'FILE'], ['FILE']],
  'test-send': [['FILE', '--to', 'jo@company.example']],
  pause: [[], ['--direct', '--reason', 'wrong'], ['--domain', 'example.com', '--reason', 'wrong']],
  resume: [[], ['--domain', 'example.com']],
  approve: [['--content', 'HASH']],
  amend: [['FILE', '--go', '--by', 'Jo', '--reason', 'x']],
  'set-rate': [['77']],
  cancel: [[], ['--yes']],
  settle: [['--decide', 'leave', '--reason', 'x', '--go']],
  reconcile: [['--go']],
  retry: [['--code', '550', '--since', '1h', '--reason', 'x', '--go']],
  remind: [['--go'], ['--leave', '--reason', 'x']],
  close: [['--go'], ['--go', '--leave-in-doubt', '--reason', 'x']],
  'hold-for-law-enforcement': [
    ['--by', 'Jo', '--reason', 'x'],
    ['--release', '--by', 'Jo', '--reason', 'x'],
  ],
  purge: [['--go', '--by', 'Jo']],
  export: [['--for', 'law-enforcement', '--out', 'OUT', '--customers', '--by', 'Jo']],
};
const READING = [
  'init',
  'map',
  'statements',
  'grants',
  'preview',
  'status',
  'domains',
  'relays',
  'lookup',
  'report',
  'page',
  'audit',
  'verify',
];
/** Changes the tables of whichever ledger it finds, and says which; it decides nothing of a run. */
const OF_A_LEDGER = ['upgrade'];

test('every verb is known here: as one that may change something, as one that reads, or as one about a ledger', async () => {
  const { out } = await desk.cli(['--help']);
  const verbs = [...out.matchAll(/^ {2}([a-z][a-z-]+) /gm)].map(([, verb]) => verb!);
  expect(verbs.sort()).toEqual([...Object.keys(DECIDING), ...READING, ...OF_A_LEDGER].sort());
});

test('a database that has no ledger yet, while a run goes elsewhere: nothing is made, and the words say where it is (C80)', async () => {
  const run = await runLedger(desk.database);
  expect(run.database).toMatch(/^127\.0\.0\.1:\d+\/t_otherdb_\w+ \((MariaDB|MySQL) [\d.]+\)$/);
  const { memo } = await desk.client.workflow.getHandle(workflowIdOf(ID)).describe();
  expect(memo).toMatchObject({ ledger: run.id, database: run.database });
  const before = await everything();

  const dry = await desk.start([file], { DATABASE_URL: elsewhere.url });
  const started = await desk.start([file, '--go'], { DATABASE_URL: elsewhere.url });
  const tested = await atOther(['test-send', file, '--to', 'jo@company.example']);
  for (const typed of [dry, started, tested]) {
    expect(typed.code).toBe(1);
    expect(words(typed)).toContain(`ledger ${run.id}, database ${run.database}`);
    expect(words(typed)).toMatch(new RegExp(`here +no ledger yet, database ${other.address}`));
  }
  // Lists are a little behind.
  let paused!: Typed;
  await until('the run in the list', async () => {
    paused = await atOther(['pause', '--direct']);
    return words(paused).includes(run.id);
  });
  expect(paused.code).toBe(1);
  expect(paused.err).toContain(`No incident was ever started on the schema ${other.companySchema}.`);
  expect(paused.err).toContain(`Looked at: no ledger, database ${other.address}`);
  expect(paused.err).toContain(`${workflowIdOf(ID)}  ledger ${run.id}, database ${run.database}`);
  expect(await everything()).toEqual(before);
});

test('a run that began elsewhere after the dry run: a start makes no ledger here (C80)', async () => {
  const before = await everything();
  const started = await startIncident({
    databaseUrl: elsewhere.url,
    client: desk.client,
    uiUrl: null,
    prepared: await prepareIncident(file),
    by: 'Ann',
  });
  expect(started).toMatchObject({
    kind: 'refused',
    differences: [expect.any(String), expect.stringContaining('here      no ledger yet')],
  });
  expect(await everything()).toEqual(before);
});

test('books of the same incident in another database: no verb writes anything, and each says what differs (C80)', async () => {
  const its = { DATABASE_URL: elsewhere.url, TEMPORAL_NAMESPACE: ownTemporal.namespace };
  expect((await desk.start([file, '--go'], its)).code).toBe(0);
  const [run, here] = [await runLedger(desk.database), await runLedger(other)];
  expect(here.id).not.toBe(run.id);
  const before = await everything();
  expect(Object.keys(before).length).toBeGreaterThan(16);
  const { content_hash: hash } = (await findIncident(other.db, ID))!;
  for (const [verb, ways] of Object.entries(DECIDING)) {
    for (const way of ways) {
      const args = way.map((arg) => ({ FILE: file, HASH: hash, OUT: join(desk.folder, 'out') })[arg] ?? arg);
      const typed = await atOther([verb, ...args]);
      const printed = `${verb} ${args.join(' ')}: ${words(typed)}`;
      expect(printed).toContain(`Temporal has a run of that id (${workflowIdOf(ID)}, RUNNING) which belongs`);
      expect(printed).toContain(`the run   ledger ${run.id}, database ${run.database}`);
      expect(printed).toContain(`here      ledger ${here.id}, database ${here.database}`);
      expect(printed).toContain('set DATABASE_URL to its database');
      expect(printed).not.toMatch(/^ +at /m);
      expect([verb, typed.code]).toEqual([verb, 1]);
    }
  }
  const status = await atOther(['status']);
  expect(status.out).toContain('What stands above is from the books alone.');
  expect(status.out).toContain(`the run   ledger ${run.id}`);
  expect(await everything()).toEqual(before);
  const { raw } = await desk.client.workflow.getHandle(workflowIdOf(ID)).describe();
  const { events } = await desk.client.workflow.getHandle(workflowIdOf(ID)).fetchHistory();
  expect(events!.filter(({ workflowExecutionSignaledEventAttributes: signal }) => signal)).toEqual([]);
  expect(raw.workflowExecutionInfo?.status).toBe(1);
});

test('a run that was terminated may go on from its own books only (C80)', async () => {
  await desk.client.workflow.getHandle(workflowIdOf(ID)).terminate('by mistake');
  const before = await everything();
  const refused = await desk.start([file, '--go'], { DATABASE_URL: elsewhere.url });
  expect(refused.code).toBe(1);
  expect(refused.out).toContain(`temporal workflow delete --workflow-id ${workflowIdOf(ID)}`);
  expect(await everything()).toEqual(before);
  const onward = await desk.start([file, '--go']);
  expect([onward.code, onward.out]).toEqual([0, expect.stringContaining('GOES ON')]);
});

test('without Temporal pause --direct closes the gate, and says that nothing was compared', async () => {
  const { code, err } = await desk.cli(['pause', '--direct'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect(code).toBe(0);
  expect(err).toMatch(/Temporal at 127\.0\.0\.1:1 does not work: .*\n?.*nobody knows whether/);
  const { incident } = (await findIncident(desk.database.db, ID))!;
  expect(await readGate({ db: desk.database.db, incident })).toMatchObject({ gate: 'closed' });
});

test('on another server than the one it began on pause --direct says that it may be a copy (I7)', async () => {
  const { db, address } = desk.database;
  await sql`UPDATE incidents SET server_identity = 'before the failover'`.execute(db);
  const { code, out, err } = await desk.cli(['pause', '--direct']);
  expect([code, out]).toEqual([0, expect.stringContaining(`PAUSED ${ID}`)]);
  expect(err).toContain(`the gate is closed in the books at ${address}. If these books are a copy`);
});
