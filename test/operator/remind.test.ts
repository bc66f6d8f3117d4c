import { sql } from 'kysely';
import { surveyNotices } from '../../src/books/balance';
import { findIncident } from '../../src/books/incident-row';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';
import { wrongUsage } from './wrong-usage';

const ID = 'zappos-2012';
const WORDS = `
    reminder:
      subject: "Reminder: your old password no longer works"
      preheader: You have not chosen a new password yet.
      heading: Please choose a new password
      text: We wrote to you at {email} when we switched off your old password.
`;

let desk: OwnOperator;
const withReminder = (afterDays: number) => (text: string) =>
  `reminder:\n  afterDays: ${afterDays}\n${text}`
    .replace(/\n {4}signature: \|/, `${WORDS}    signature: |`)
    .replace('afterwards: hold', 'afterwards: continue');

beforeAll(async () => {
  desk = await ownOperator('remind', 300);
  await desk.worker();
});
afterAll(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const held = (words: RegExp) => async () => words.test((await row())?.hold_reason ?? '');
const books = async () =>
  (await surveyNotices({ db: desk.database.db, incident: (await row()).incident }, 'reminder')).notices;

// One story, in the order of an operator's weeks.

test('a file whose reminder has no words is refused by line, before anything starts', async () => {
  const file = desk.file('no-words.yaml', (text) => `reminder:\n  afterDays: 14\n${text}`);
  const { code, err } = await desk.start([file]);
  expect(code).toBe(2);
  expect(err).toMatch(
    /no-words\.yaml:\d+:3 texts\.en: found no words for the reminder, write the section "reminder"/,
  );
});

test('while the notices go out, remind says what it waits for; who says it too early is refused with the time', async () => {
  const file = desk.file('incident.yaml', withReminder(14));
  expect((await desk.start([file, '--go', '--by', 'Ann'])).code).toBe(0);
  await until('the approval', async () => (await row())?.phase === 'approval');
  const early = await desk.cli(['remind']);
  expect(early).toMatchObject({ code: 0, err: '' });
  expect(early.out).toContain('Phase approval: first every notice gets its final answer.');
  const refused = await desk.cli(['remind', '--go']);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('REFUSED: The run does not wait for the reminder');
  await desk.cli(['approve', '--content', (await row()).content_hash, '--by', 'Jane']);
  await until('the hold', held(/^The reminder waits for your word/));
  const tooEarly = await desk.cli(['remind', '--go']);
  expect(tooEarly.code).toBe(1);
  expect(tooEarly.err).toMatch(/REFUSED: The reminder is due at \d{4}-\d\d-\d\dT.*say it again then/);
  expect(await books()).toEqual({});
});

test('it shows who has no new password, and who is spared and why; status says what to type', async () => {
  const { db, companySchema } = desk.database;
  await sql`UPDATE ${sql.id(companySchema, 'customers')} SET password_hash = 'new', password_set_at = UTC_TIMESTAMP()
    WHERE password_set_at IS NOT NULL AND password_hash IS NULL AND id % 2 = 0`.execute(db);
  const { json, ...shown } = await desk
    .cli(['remind', '--json'])
    .then((typed) => ({ ...typed, json: JSON.parse(typed.out) }));
  expect([shown.code, shown.err]).toEqual([0, '']);
  expect(json).toMatchObject({ phase: 'settle', waits: true, afterDays: 14, reminders: {} });
  const { notices, cohort } = await surveyNotices({ db, incident: (await row()).incident }, 'notice');
  const spared = Object.values<number>(json.spared).reduce((sum, count) => sum + count, 0);
  expect(json.customers + spared).toBe(cohort);
  expect(json.customers).toBeGreaterThan(0);
  expect(json.customers).toBeLessThan(notices.sent!);
  const text = await desk.cli(['remind']);
  expect(text.out).toMatch(/No new password yet +\d+, who were told/);
  expect(text.out).toMatch(/Not reminded +\d+: a new password had been chosen/);
  expect(text.out).toContain(`npm run cli -- remind --go --incident ${ID}`);
  expect((await desk.cli(['status'])).out).toContain(`-> npm run cli -- remind --incident ${ID}`);
});

test('close, meanwhile, says that the word about the reminder is wanted, and changes nothing', async () => {
  const shown = await desk.cli(['close']);
  expect(shown.code).toBe(0);
  expect(shown.out).toContain(
    'Nothing stands in the way of closing zappos-2012 but your decision about the reminder.',
  );
  const refused = await desk.cli(['close', '--go']);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(
    'NOT CLOSED, nothing was changed: first decide whether customers without a new password',
  );
  expect(refused.err).toContain(`npm run cli -- remind --leave --reason "..." --incident ${ID}`);
});

test.each([
  [['--go', '--leave'], /write only one of the two/],
  [['--leave'], /--leave needs --reason/],
  [['--leave', '--reason', '  '], /--leave needs --reason/],
])('%p is wrong usage', async (args, words) => {
  const { code, err } = await wrongUsage(['remind', ...args]);
  expect(code).toBe(2);
  expect(err).toMatch(words);
});

// The time has passed: two weeks are taken off the ledger's clock. Then the relay drops connections after the dot, having taken some.
test('--go reminds them once; who gets in doubt is settled from the log in that wave, and the incident closes', async () => {
  const { db } = desk.database;
  await sql`UPDATE notices SET claimed_at = claimed_at - INTERVAL 15 DAY, settled_at = settled_at - INTERVAL 15 DAY
    WHERE settled_at IS NOT NULL`.execute(db);
  await sql`UPDATE cohort SET expired_at = expired_at - INTERVAL 16 DAY`.execute(db);
  // It looks at the books again, and holds with the new time.
  const before = (await row()).hold_reason;
  await desk.cli(['resume']);
  await until('it holds anew', async () => {
    const { hold_reason: now } = await row();
    return now !== null && now !== before;
  });
  await desk.relay.control({ add: { at: 'dot', action: 'drop-after', after: 5, every: 10, times: 2 } });
  const { customers } = JSON.parse((await desk.cli(['remind', '--json'])).out);
  const reminding = await desk.cli(['remind', '--go', '--by', 'Ann']);
  expect(reminding).toMatchObject({ code: 0, err: '' });
  expect(reminding.out).toContain(`REMINDING ${ID}, by Ann`);
  await until('in doubt', held(/^In doubt/));
  expect((await row()).phase).toBe('remind');
  expect((await books()).in_doubt).toBe(2);
  const listed = await desk.cli(['settle']);
  expect(listed.out).toContain('2 customers are in doubt');
  const settled = await desk.cli([
    'settle',
    '--postfix-log',
    desk.relay.log,
    '--go',
    '--by',
    'Ann',
    '--json',
  ]);
  expect(JSON.parse(settled.out).settled).toEqual({ accepted: 2, resent: null });
  await desk.cli(['resume']);
  await until('it is closed', async () => (await row()).phase === 'closed');
  const { sent, skipped, ...others } = await books();
  expect({ sent, others }).toEqual({ sent: customers, others: {} });
  const again = await desk.cli(['remind', '--go']);
  expect(again.code).toBe(1);
  expect(again.err).toContain('closed for good');
  const proof = JSON.parse((await desk.cli(['report', '--relay-log', desk.relay.log, '--json'])).out);
  expect(proof.reminders).toEqual({
    sent: customers,
    skipped,
    failed: 0,
    deferred: 0,
    inDoubt: 0,
    left: 0,
    sending: 0,
    released: 0,
    toCome: 0,
    remindedAfterChoosing: 0,
    relay: expect.objectContaining({ customersAcceptedOnce: customers, customersAcceptedTwiceOrMore: 0 }),
  });
  expect((await desk.cli(['verify'])).code).toBe(0);
});

test('lookup tells of the reminder, and why there was none, without alarm', async () => {
  const { db } = desk.database;
  const lookupWhere = async (where: string) => {
    const { rows } = await sql<{ id: string }>`SELECT customer_id AS id FROM notices
      WHERE wave = 'reminder' AND ${sql.raw(where)} LIMIT 1`.execute(db);
    return (await desk.cli(['lookup', String(rows[0]!.id)])).out;
  };
  expect(await lookupWhere("state = 'sent'")).toMatch(/Reminder +Sent on .*UTC to \S+/);
  const spared = await lookupWhere("reason = 'new-password-chosen'");
  expect(spared).toMatch(/Reminder +Not sent: a new password had been chosen/);
  expect(spared).toMatch(/Notice +Sent on/);
});
