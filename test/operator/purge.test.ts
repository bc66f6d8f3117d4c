import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { findIncident, type IncidentRow } from '../../src/books/incident-row';
import { retentionLines } from '../../src/operator/purge';
import { decidedBy } from '../../src/operator/who-types';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';
import { wrongUsage } from './wrong-usage';

const ID = 'zappos-2012';
const RETENTION =
  'retention:\n  fingerprintsDays: 0\n  addressesDays: 0\n  relayWordsDays: 0\n  journalsDays: 0\n';
const WORDS = '5.2.2 the quota of Ann Smith';

let desk: OwnOperator;
let refused: { id: string; email: string };
let told: { id: string; email: string };
beforeAll(async () => {
  desk = await ownOperator('purge', 300);
});
afterAll(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const today = async () => {
  const { rows } = await sql<{ day: string }>`SELECT DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d') AS day`.execute(
    desk.database.db,
  );
  return rows[0]!.day;
};

test('wrong usage: to purge without a name', async () => {
  expect(await wrongUsage(['purge', '--go'])).toEqual({
    code: 2,
    err: expect.stringContaining('--by "YOUR NAME"'),
  });
});

const kept = (retention: object | undefined, closedAt: string | null) =>
  retentionLines({
    incident_id: ID,
    closed_at: closedAt,
    file: JSON.stringify({ retention }),
  } as IncidentRow);

test('before the close it is said what will be due how long after it, and what is kept for good', () => {
  expect(kept({ addressesDays: 30, journalsDays: 7 }, null)).toEqual([
    `Due for deletion: addresses that notices went to 30 days after the close, dot journals 7 days after the close. Then: npm run cli -- purge --incident ${ID}`,
    "Kept for good, since the file names no period (retention): fingerprints of passwords that were expired, the relay's words about whom it refused.",
  ]);
  expect(kept({ addressesDays: 30 }, '2026-03-01 02:06:31.123456')[0]).toContain('went to on 2026-03-31.');
  expect(kept(undefined, null)).toEqual([
    "Kept for good, since the file names no period (retention): fingerprints of passwords that were expired, addresses that notices went to, the relay's words about whom it refused.",
  ]);
});

// One story: each step leaves what the next one finds.

test('close names what will be due, and nothing of an incident that goes on is purged', async () => {
  const file = desk.file('incident.yaml', (text) =>
    text
      .replace('perSecond: 500', 'perSecond: 100000')
      .replace('afterwards: hold', 'afterwards: continue')
      .replace('defaultLanguage: en', `${RETENTION}defaultLanguage: en`),
  );
  expect((await desk.start([file, '--go'])).err).toBe('');
  const { rows } = await sql<{ id: string; email: string }>`
    SELECT id, email FROM ${sql.id(desk.companySchema, 'customers')}
    WHERE email LIKE 'customer%@mail.test' AND created_at < '2011-01-01' ORDER BY id LIMIT 2`.execute(
    desk.database.db,
  );
  [refused, told] = rows.map(({ id, email }) => ({ id: String(id), email })) as [typeof refused, typeof told];
  await desk.relay.control({
    add: { at: 'rcpt', reply: `550 ${WORDS}`, match: `^${refused.email.replaceAll('.', '\\.')}$` },
  });
  const early = await desk.cli(['purge', '--go', '--by', 'Jo Counsel']);
  expect([early.code, early.err]).toEqual([1, expect.stringContaining('NOTHING WAS PURGED')]);
  await desk.worker();
  await until('the approval', async () => (await row()).phase === 'approval');
  await desk.cli(['approve', '--content', (await row()).content_hash, '--by', 'Jane']);
  await until('the end', async () => (await row()).phase === 'closed');
  expect((await desk.cli(['close'])).out).toContain(`addresses that notices went to on ${await today()}`);
});

test('purge says first what is due and how many, and changes nothing', async () => {
  const { code, out } = await desk.cli(['purge']);
  expect(code).toBe(0);
  expect(out).toMatch(/^ {2}due now +\d+ addresses that notices went to$/m);
  expect(out).toMatch(/^ {2}due now +1 the relay's words about whom it refused$/m);
  expect(out).toMatch(/^ {2}due now +1 dot journals on this machine/m);
  expect(out).toContain('Nothing is purged yet');
  expect((await desk.cli(['lookup', refused.id])).out).toContain(WORDS);
});

let proofBefore: string;

test('with --go and a name it purges what is due, and says so', async () => {
  proofBefore = (await desk.cli(['report'])).out;
  const { code, out, err } = await desk.cli(['purge', '--go', '--by', 'Jo Counsel']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^PURGED: \d+ fingerprints .*, \d+ addresses .*, 1 the relay's words.*, 1 dot journals\.$/m,
  );
  const again = await desk.cli(['purge']);
  expect(again.out).toContain(`purged on ${await today()} by Jo Counsel`);
  expect(again.out).toContain('Nothing is due now.');
  const { rows } = await sql<{ n: string }>`
    SELECT COUNT(*) AS n FROM notices WHERE address LIKE '%@%' OR reply_text LIKE '%Ann%'`.execute(
    desk.database.db,
  );
  expect(Number(rows[0]!.n)).toBe(0);
});

test('lookup says where it would have shown it that it was purged, when and by whom (I7)', async () => {
  const by = `purged on ${await today()} by ${decidedBy('Jo Counsel')}`;
  const failed = (await desk.cli(['lookup', refused.id])).out;
  expect(failed).toContain(`NOT DELIVERED to an address that was ${by}`);
  expect(failed).toContain(`(code 550, its words were ${by})`);
  const sent = (await desk.cli(['lookup', told.email])).out;
  expect(sent).toContain(`to an address that was ${by}. Our mail relay took it: code 250, queue id`);
  expect(sent).not.toContain('has another address now');
  // A password that no column dates: only the fingerprint could tell it.
  const customers = sql.id(desk.companySchema, 'customers');
  await sql`UPDATE ${customers} SET password_hash = 'some', password_set_at = NULL WHERE id = ${BigInt(told.id)}`.execute(
    desk.database.db,
  );
  expect((await desk.cli(['lookup', told.id])).out).toContain(`the fingerprints were ${by}`);
  const json = JSON.parse((await desk.cli(['lookup', told.id, '--json'])).out);
  expect(json.purged.addresses).toMatchObject({ by: decidedBy('Jo Counsel'), done: true });
  expect(json.customers[0].booked).toMatchObject({ chosen: null, oldIsBack: null });
});

test('the proof is the same as before, customer by customer by Message-ID, and says what was purged', async () => {
  const { code, out } = await desk.cli(['report']);
  expect(code).toBe(0);
  const notes = (text: string) => text.split('\n').filter((line) => line.includes('purged on'));
  expect(out.split('\n').filter((line) => !line.includes('purged on'))).toEqual(proofBefore.split('\n'));
  expect(notes(out)).toHaveLength(4);
  const list = `${desk.folder}/unreached.csv`;
  await desk.cli(['report', '--unreached', list]);
  const line = readFileSync(list, 'utf8')
    .split('\r\n')
    .find((text) => text.startsWith(`${refused.id},`))!;
  expect(line.split(`purged on ${await today()} by Jo Counsel`)).toHaveLength(3);
});

test('verify holds, and does not claim what only the fingerprints could tell (I7)', async () => {
  const { out } = await desk.cli(['verify']);
  expect(out).toContain('[ ok ] the audit log is whole (I6)');
  expect(out).toMatch(/\[ -- \] whether an expired password is in use again/);
  expect(out).toContain(`fingerprints of expired passwords were purged on ${await today()} by Jo Counsel`);
  expect(out).not.toContain('differ from those that were retired');
});

test('a purge that was killed before its last word says it the next time, with nothing left to delete', async () => {
  const { db } = desk.database;
  const words = async () =>
    (
      await sql<{ detail: string }>`SELECT detail FROM audit WHERE action = 'purged' ORDER BY seq`.execute(db)
    ).rows.map(({ detail }) => JSON.parse(detail).kind);
  const last = (await words()).at(-1);
  await sql`DELETE FROM audit WHERE action = 'purged' ORDER BY seq DESC LIMIT 1`.execute(db);
  expect(await words()).not.toContain(last);
  expect((await desk.cli(['purge', '--go', '--by', 'Ann'])).code).toBe(0);
  expect((await words()).at(-1)).toBe(last);
});

test('a later dry run shows statements, and not the key of the fingerprints that are in them', async () => {
  const { rows } = await sql<{ key: string }>`SELECT HEX(fingerprint_key) AS \`key\` FROM ledger`.execute(
    desk.database.db,
  );
  const file = desk.file('other.yaml', (text) => text.replace('id: zappos-2012', 'id: other-2012'));
  const { out, err } = await desk.start([file]);
  expect(out).toContain('SHA2(');
  expect((out + err).toLowerCase()).not.toContain(rows[0]!.key.toLowerCase());
});
