import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { surveyNotices } from '../../src/books/balance';
import { findIncident, openBooks } from '../../src/books/incident-row';
import { decideInDoubt } from '../../src/books/settle-doubt';
import { auditEntries } from '../audit-entries';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';
import { wrongUsage } from './wrong-usage';

const ID = 'zappos-2012';

let desk: OwnOperator;
let blocked: { id: string; email: string }[];
let doubtful: { id: string; email: string };
beforeAll(async () => {
  desk = await ownOperator('closing', 400);
});
afterAll(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const notices = async () =>
  (await surveyNotices({ db: desk.database.db, incident: (await row()).incident }, 'notice')).notices;
const acceptedFor = (address: string) =>
  readFileSync(desk.relay.log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(`to=<${address}>`) && line.includes('status=sent')).length;
const exactly = (addresses: string[]) => `^(${addresses.join('|').replaceAll('.', '\\.')})$`;
const holds = (words: string) =>
  until(`the hold "${words}"`, async () => (await row()).hold_reason?.startsWith(words) ?? false);

// One story: each step leaves what the next one finds.

test('before the notices there is nothing to close', async () => {
  const file = desk.file('incident.yaml', (text) =>
    text.replace('perSecond: 500', 'perSecond: 100000').replace('afterwards: hold', 'afterwards: continue'),
  );
  expect((await desk.start([file, '--go'])).err).toBe('');
  const { rows } = await sql<{ id: string; email: string }>`
    SELECT id, email FROM ${sql.id(desk.companySchema, 'customers')}
    WHERE email LIKE 'customer%@mail.test' AND created_at < '2011-01-01' ORDER BY id LIMIT 3`.execute(
    desk.database.db,
  );
  const [first, ...others] = rows.map(({ id, email }) => ({ id: String(id), email }));
  doubtful = first!;
  blocked = others;
  await desk.relay.control({
    add: {
      at: 'rcpt',
      reply: '550 5.1.1 unknown for now',
      match: exactly(blocked.map(({ email }) => email)),
    },
  });
  await desk.relay.control({
    add: { at: 'dot', action: 'drop', match: exactly([doubtful.email]), times: 1 },
  });
  const early = await desk.cli(['close']);
  expect([early.code, early.err]).toEqual([1, expect.stringContaining('the notices are still to come')]);
});

test('close names who is in doubt, and does not close', async () => {
  await desk.worker();
  await until('the approval', async () => (await row()).phase === 'approval');
  await desk.cli(['approve', '--content', (await row()).content_hash, '--by', 'Jane']);
  await holds('In doubt: 1 notice');
  const shown = await desk.cli(['close']);
  expect(shown.out).toContain(`NOT CLOSED: ${ID} (phase settle). 1 thing stands in the way:`);
  expect(shown.out).toMatch(new RegExp(`^  ${doubtful.id}  claimed .* UTC$`, 'm'));
  expect(shown.out).toContain('-> npm run cli -- settle');
  expect(shown.code).toBe(1);
  const tried = await desk.cli(['close', '--go', '--json']);
  expect([tried.code, tried.err]).toEqual([1, expect.stringContaining(doubtful.id)]);
  expect(await row()).toMatchObject({ phase: 'settle', closed_at: null });
  const json = JSON.parse((await desk.cli(['close', '--json'])).out);
  expect(json).toMatchObject({
    inTheWay: [{ kind: 'in_doubt', count: 1, customers: [{ customerId: doubtful.id }] }],
    left: null,
  });
});

test.each<[string, [string, ...string[]], string]>([
  ['close without a reason', ['close', '--leave-in-doubt', '--go'], '--leave-in-doubt needs --reason'],
  ['retry without a cause', ['retry', '--since', '2h'], 'Write --code CODE'],
  ['retry of two causes', ['retry', '--code', '550', '--skipped', 'x', '--since', '2h'], 'one of the two'],
  ['retry without a time', ['retry', '--code', '550'], 'Write --since 2h'],
  ['retry of no code', ['retry', '--code', '250', '--since', '2h'], 'Found "250", write the relay\'s code'],
  ['retry of no time', ['retry', '--code', '550', '--since', '2w'], 'Found "2w", write a time with its zone'],
  ['retry without a reason', ['retry', '--code', '550', '--since', '2h', '--go'], '--go needs --reason'],
])('wrong usage: %s', async (_, args, said) => {
  const { code, err } = await wrongUsage(args);
  expect(err).toContain(said);
  expect(code).toBe(2);
});

test("a retry of a time that is still to come, by the database's clock, is wrong usage", async () => {
  const { code, err } = await desk.cli(['retry', '--code', '550', '--since', '2099-01-01T00:00:00Z']);
  expect([code, err]).toEqual([2, expect.stringContaining('is still to come')]);
});

test('retry counts with the words of the relay first, then reopens, and the same again reopens nobody', async () => {
  const command = ['retry', '--code', '550 5.1.1', '--since', '1h'];
  const dry = await desk.cli(command);
  expect(dry.out).toMatch(/^2 customers failed with 550 5\.1\.1, from .* UTC to .* UTC\.$/m);
  expect(dry.out).toMatch(/^ {2}2 {2}550, rcpt 5\.1\.1: 5\.1\.1 unknown for now \(such as customer \d+\)$/m);
  expect(dry.out).toContain('Nothing is changed yet');
  expect(await notices()).toMatchObject({ in_doubt: 1, failed: 2 });
  await desk.relay.control({ clear: true });
  const gone = await desk.cli([...command, '--go', '--reason', 'the relay knows them again', '--by', 'Ann']);
  expect(gone.out).toContain(`REOPENED 2 customers of ${ID}, by Ann (login `);
  expect(gone.out).toContain(`The run holds (In doubt: 1 notice`);
  expect(await notices()).toMatchObject({ released: 2 });
  const again = JSON.parse((await desk.cli([...command, '--go', '--reason', 'again', '--json'])).out);
  expect(again).toMatchObject({ customers: 0, reopened: 0, endedByRetry: true });
});

test('nobody is left in doubt while others wait to be sent', async () => {
  const early = await desk.cli(['close', '--leave-in-doubt', '--reason', 'no log', '--go']);
  expect([early.code, early.err]).toEqual([1, expect.stringContaining('2 were released')]);
  expect(await notices()).toMatchObject({ in_doubt: 1 });
});

test('resume tells whom retry has reopened, once (I2)', async () => {
  await desk.cli(['resume']);
  await until(
    'the second hold',
    async () => (await notices()).released === undefined && (await row()).hold_reason !== null,
  );
  expect(blocked.map(({ email }) => acceptedFor(email))).toEqual([1, 1]);
});

test('an account that came back keeps it open; resume expires it, and tells it, too (I1, I3)', async () => {
  const { db } = desk.database;
  const customers = sql.id(desk.companySchema, 'customers');
  await sql`INSERT INTO ${customers} (id, email, first_name, language, created_at, password_hash, password_set_at)
    VALUES (7, 'back@mail.test', 'Back', 'en', '2010-01-01', 'old', '2010-01-01')`.execute(db);
  await decideInDoubt(await openBooks(desk.database, await row()), 'notice', {
    decision: 'leave',
    by: 'Ann',
    reason: 'asked by telephone',
  });
  await desk.cli(['resume']);
  await holds('Something from before the cutoff still works:');
  expect((await row()).phase).toBe('close');
  const shown = await desk.cli(['close']);
  expect(shown.out).toMatch(
    /^1 customers from before the cutoff are in customers but their passwords were not expired.*\n {2}7\n {2}-> resume/m,
  );
  await desk.relay.control({ add: { at: 'dot', action: 'drop', match: '^back@mail\\.test$', times: 1 } });
  await desk.cli(['resume']);
  await holds('In doubt: 1 notice');
  const { rows } = await sql<{ hash: string | null }>`
    SELECT password_hash AS hash FROM ${customers} WHERE id = 7`.execute(db);
  expect(rows[0]!.hash).toBeNull();
});

test('close --leave-in-doubt first shows, then decides on the record, and the run closes', async () => {
  const decision = ['close', '--leave-in-doubt', '--reason', 'the log was rotated away', '--by', 'Ann'];
  const dry = await desk.cli(decision);
  expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('Nothing is changed yet: add --go')]);
  expect(await notices()).toMatchObject({ in_doubt: 1 });
  const gone = await desk.cli([...decision, '--go']);
  expect(gone.err).toBe('');
  expect(gone.out).toContain(`1 customer left in doubt, by Ann.\nCLOSED: ${ID}.`);
  expect(gone.code).toBe(0);
  expect(await row()).toMatchObject({ phase: 'closed' });
  const entry = (await auditEntries(desk.database.db, { action: 'in-doubt-leave' })).at(-1)!;
  expect(entry.who).toMatch(/^Ann \(login /);
  expect(JSON.parse(entry.detail)).toEqual({ customers: 1, reason: 'the log was rotated away' });
  expect(acceptedFor(doubtful.email)).toBeLessThanOrEqual(1);
});

test('a closed incident says so, and no notice of it is reopened', async () => {
  expect((await desk.cli(['close'])).out).toMatch(new RegExp(`^${ID} was closed at`));
  const late = await desk.cli(['retry', '--code', '550', '--since', '2h']);
  expect([late.code, late.err]).toEqual([1, expect.stringContaining('is closed for good')]);
});

test('everybody who was not reached goes into a file that is safe, and only its owner can read (C51)', async () => {
  const { db } = desk.database;
  await sql`UPDATE ${sql.id(desk.companySchema, 'customers')} SET first_name = ${'=HYPERLINK("http://x.test")\n"02134"'}
    WHERE id = ${BigInt(doubtful.id)}`.execute(db);
  const file = `${desk.folder}/unreached.csv`;
  const written = await desk.cli(['report', '--unreached', file]);
  expect(written.err).toBe('');
  const { sent = 0, ...others } = await notices();
  const unreached = Object.values(others).reduce((sum, count) => sum + count, 0);
  expect(sent).toBeGreaterThan(200);
  expect(written.out).toContain(`${unreached} customers not reached (`);
  expect(written.out).toContain('PERSONAL DATA');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(
    `${doubtful.id},left,left in doubt,the relay may or may not have taken it; somebody decided not to send again`.replace(
      /[^,]*;[^,]*$/,
      (cell) => `"${cell}"`,
    ),
  );
  expect(text).toContain(`,"'=HYPERLINK(""http://x.test"")\n""02134"""\r\n`);
  expect(text).not.toMatch(/(^|,)"?[=+@]/m);
  writeFileSync(file, 'mine');
  const again = await desk.cli(['report', '--unreached', file]);
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('is not overwritten')]);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});
