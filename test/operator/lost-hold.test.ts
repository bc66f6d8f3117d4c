import { join } from 'node:path';
import { sql } from 'kysely';
import { findIncident } from '../../src/books/incident-row';
import type { IncidentsTable } from '../../src/books/ledger-tables';
import { workflowIdOf } from '../../src/workflows/messages';
import { auditEntries } from '../audit-entries';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

const ID = 'zappos-2012';
const HOLD = ['hold-for-law-enforcement', '--by', 'Jo', '--reason', 'FBI Las Vegas, 12-345'];

let desk: OwnOperator;
let file: string;
let anchor: string;
beforeAll(async () => {
  desk = await ownOperator('lost-hold', 60);
  anchor = join(desk.folder, 'audit.anchor');
  desk.env.AUDIT_ANCHOR = anchor;
  file = desk.file('incident.yaml', (text) => text.replace('  customers: 100\n', '  customers: 3\n'));
});
afterAll(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const status = async () => (await desk.cli(['status'])).out;
const holds = () => until('the run to hold', async () => (await row()).hold_kind === 'lost-commits');
const length = async () => (await auditEntries(desk.database.db)).length;

/** The ledger as a copy has it that was made before the hold was written down. */
async function failOver(before: IncidentsTable, entries: number): Promise<void> {
  const { db } = desk.database;
  await sql`DELETE FROM audit WHERE incident = 1 AND seq > ${entries}`.execute(db);
  await sql`UPDATE incidents SET gate = ${before.gate}, gate_by = ${before.gate_by}, gate_reason = ${before.gate_reason},
    fence = ${before.fence}, delay_by = NULL, delay_reason = NULL, delay_since = NULL, delay_fence = NULL`.execute(
    db,
  );
}

// One story: each step leaves what the next one finds.

let lost: number;

test('a failover that has lost a hold of law enforcement lets no dot go: the run says what Temporal knows (I6, I7)', async () => {
  expect((await desk.start([file, '--go'])).err).toBe('');
  await desk.worker();
  await until('the approval', async () => (await row()).phase === 'approval');
  await desk.cli(['approve', '--content', (await row()).content_hash, '--by', 'Jane', '--json']);
  await until('the canary', async () => (await row()).hold_kind === 'canary-done');
  const sent = desk.acceptances();
  const [before, entries] = [await row(), await length()];
  expect((await desk.cli(HOLD)).code).toBe(0);
  lost = await length();
  await until('the run to know it', async () => (await status()).includes(`ends with entry ${lost},`));
  await failOver(before, entries);
  expect((await row()).gate).toBe('open');
  await desk.cli(['resume']);
  await holds();
  const words = `The database is not as the run left it: It has lost decisions: Temporal has entry ${lost} of the audit log`;
  expect(await status()).toContain(words);
  expect((await status()).match(/THE AUDIT LOG WAS CHANGED: it does not hold entry/)).not.toBeNull();
  await desk.cli(['resume']);
  await holds();
  expect(desk.acceptances()).toBe(sent);
});

test('verify and reconcile name what is lost, and an anchor names that it was a hold', async () => {
  const verified = await desk.cli(['verify']);
  // The run has written down meanwhile that it holds: other entries under the numbers of those that are lost.
  expect([verified.code, verified.out]).toEqual([
    1,
    expect.stringMatching(new RegExp(`is not what it was, .*: Temporal .* has entry ${lost} with`)),
  ]);
  const { out } = await desk.cli(['reconcile']);
  expect(out).toMatch(/Audit log {2}IT HAS LOST DECISIONS \(\d heads? that it does not hold\):/);
  expect(out).toContain('reconcile --anchor FILE');
  expect(out).not.toContain('Nothing is lost');
  const named = await desk.cli(['reconcile', '--anchor', anchor]);
  expect(named.out).toMatch(/^ +entry \d+: law-enforcement-hold, gate-closed at \d{4}-/m);
});

test('a run that is started again knows it, too, and tells nobody', async () => {
  const sent = desk.acceptances();
  await desk.client.workflow.getHandle(workflowIdOf(ID)).terminate('to begin with a clean sheet');
  const again = await desk.start([file, '--go']);
  expect(again.out).toMatch(/THE AUDIT LOG WAS CHANGED: .*Nobody is told before that is decided\./);
  await desk.cli(['resume']);
  await holds();
  expect(await status()).toContain(`It has lost decisions: Temporal has entry ${lost} of the audit log`);
  expect(desk.acceptances()).toBe(sent);
});

test('once reconcile has it on record, and the hold is written down again, the run waits for law enforcement', async () => {
  const sent = desk.acceptances();
  const reconciled = await desk.cli(['reconcile', '--go', '--by', 'Ann', '--anchor', anchor]);
  expect([reconciled.code, reconciled.err]).toEqual([0, '']);
  expect((await desk.cli(['audit'])).out).toMatch(new RegExp(`took decisions for lost, up to entry ${lost}`));
  expect((await desk.cli(HOLD)).code).toBe(0);
  expect((await desk.cli(['resume'])).out).toContain('resume does not end that');
  await until('the run to wait for them', async () => (await status()).includes('The run waits, since'));
  expect(desk.acceptances()).toBe(sent);
  await desk.cli([HOLD[0]!, '--release', '--by', 'Jo', '--reason', 'they agreed']);
  await until(
    'the notices',
    () => desk.acceptances() > sent,
    async () => `${await status()}\n${(await desk.cli(['audit'])).out}`,
  );
  expect((await desk.cli(['verify'])).out).toMatch(
    /\[FAIL\] the audit log holds every head that Temporal keeps/,
  );
});
