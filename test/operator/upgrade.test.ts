import { sql } from 'kysely';
import { findIncident } from '../../src/books/incident-row';
import { makeOlder } from '../books/older-ledger';
import { type OwnOperator, ownOperator } from './own-operator';

const ID = 'zappos-2012';

let desk: OwnOperator;
beforeAll(async () => {
  desk = await ownOperator('upgrade', 60);
});
afterAll(() => desk.end());

const holdKind = async () => (await findIncident(desk.database.db, ID))!.hold_kind;

// One story (C83): an incident is under way, and a newer version of this program comes to its ledger.

test('before there is a ledger there is nothing to bring up to date', async () => {
  const { code, err } = await desk.cli(['upgrade']);
  expect(code).toBe(1);
  expect(err).toContain('No incident was ever started');
});

test('on an older ledger a start, and what steers a run, say what to type, and change nothing', async () => {
  const file = desk.file('incident.yaml');
  const worker = await desk.worker();
  expect((await desk.start([file, '--go'])).code).toBe(0);
  // With workers at work: they need not be stopped for nothing.
  expect(await desk.cli(['upgrade'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('is up to date'),
  });
  await worker.stop();
  await makeOlder(desk.database);
  await sql`UPDATE incidents SET hold_reason = 'Canary done: 3 sent.'`.execute(desk.database.db);
  for (const typed of [
    await desk.start([file, '--go']),
    await desk.cli(['resume']),
    await desk.cli(['close']),
    await desk.cli(['remind']),
  ]) {
    expect(typed.err).toContain(
      'it lacks 0002-hold-kind, 0003-resend-decision, 0004-relay-sessions, 0005-stand-ins, 0006-law, 0007-file-versions, 0008-receivers, 0009-relays',
    );
    expect(typed.err).toContain('npm run cli -- upgrade');
    expect(typed.code).toBe(1);
  }
  expect(await holdKind()).toBeUndefined();
});

test('the mail can be stopped on an older ledger, too', async () => {
  const { code, out } = await desk.cli(['pause', '--direct', '--reason', 'first of all']);
  expect([code, out]).toEqual([0, expect.stringContaining('PAUSED')]);
});

test('while Temporal lists workers of the ledger nothing is changed, until somebody says that they are stopped', async () => {
  const refused = await desk.cli(['upgrade']);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/NOTHING WAS CHANGED. Temporal lists workers of this ledger: .+:\d+/);
  expect(await holdKind()).toBeUndefined();
  const { code, out } = await desk.cli(['upgrade', '--workers-stopped']);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(
      /^UPGRADED the ledger .*\(0002-hold-kind, 0003-resend-decision, 0004-relay-sessions, 0005-stand-ins, 0006-law, 0007-file-versions, 0008-receivers, 0009-relays/,
    ),
  ]);
  expect(await holdKind()).toBe('canary-done');
  expect((await desk.cli(['upgrade'])).out).toContain('is up to date: nothing was changed');
});
