import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { findIncident } from '../../src/books/incident-row';
import type { Call } from '../../src/incident/call';
import { workflowIdOf } from '../../src/workflows/messages';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

const ID = 'zappos-2012';
let desk: OwnOperator;
afterAll(() => desk?.end());

const row = async () => (await findIncident(desk.database.db, ID))!;

/** Whole lines alone: it may be just writing one. */
function calls(): Call[] {
  const file = join(desk.folder, 'calls');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line));
}
const kinds = () => calls().map(({ kind }) => kind);

test('a receiver is put aside in the night: somebody is called once while the others are told, in the words of a monitor and without its name; once it is opened nothing is said any more (C111)', async () => {
  desk = await ownOperator('without', 150);
  const program = join(desk.folder, 'page');
  writeFileSync(program, '#!/bin/sh\ncat >> "$1"\n', { mode: 0o700 });
  desk.env.ON_HOLD_PROGRAMS = program;
  const file = desk.file(
    'incident.yaml',
    (text) =>
      `${text.replace('  customers: 100\n', '  customers: 3\n')}\nonHold:\n  command: [${program}, ${join(desk.folder, 'calls')}]\n`,
  );
  await desk.relay.control({ add: { at: 'rcpt', match: '@big[.]test', reply: '550 5.7.1 not from you' } });
  expect((await desk.start([file, '--go', '--by', 'Ann'])).code).toBe(0);
  await sql`UPDATE ${sql.id(desk.companySchema, 'customers')} SET email = CONCAT('c', id, '@big.test') WHERE id % 3 = 0`.execute(
    desk.database.db,
  );
  await desk.worker();
  await until('the call', () => kinds().includes('approval'), kinds);
  expect((await desk.cli(['approve', '--by', 'Jo', '--content', (await row()).content_hash])).code).toBe(0);
  await until('the canary', () => kinds().includes('canary-done'), kinds);
  expect((await desk.cli(['resume', '--by', 'Jo'])).code).toBe(0);
  const status = async () => (await desk.cli(['status'])).out;
  await until('the call for the receiver', () => kinds().includes('receiver-aside'), status);
  const words = '1 RECEIVER ASIDE: customers there are not told, until it takes mail again; the others are.';
  const call = calls().find(({ kind }) => kind === 'receiver-aside')!;
  expect(call).toMatchObject({ reason: words, next: `npm run cli -- domains --incident ${ID}` });
  expect(JSON.stringify(call)).not.toContain('big.test');
  const checked = await desk.cli(['status', '--check']);
  expect([checked.code, checked.out]).toEqual([3, expect.stringContaining(words)]);
  const memo = async () => (await desk.client.workflow.getHandle(workflowIdOf(ID)).describe()).memo;
  expect((await memo())?.goesWithout).toBe(`${words} npm run cli -- domains --incident ${ID}`);
  await until('the others', async () => (await row()).phase === 'settle');
  await desk.relay.control({ clear: true });
  expect((await desk.cli(['resume', '--domain', 'big.test', '--by', 'Jo'])).code).toBe(0);
  // Those who were refused before it was put aside are due later, by themselves.
  await until('the page', async () => (await memo())?.goesWithout === 'nothing', status);
  expect((await desk.cli(['status', '--check'])).code).toBe(0);
  expect(kinds().filter((kind) => kind === 'receiver-aside')).toHaveLength(1);
});
