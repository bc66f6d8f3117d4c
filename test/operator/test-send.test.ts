import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type ParsedMail, simpleParser } from 'mailparser';
import { type RelayProcess, startRelayProcess } from '../../scripts/relay/relay-process';
import { verifyAudit } from '../../src/books/audit-chain';
import { enterPhase } from '../../src/books/incident-decisions';
import { findIncident } from '../../src/books/incident-row';
import { parseIncident } from '../../src/incident/parse-incident';
import { compileNotices } from '../../src/notice/compile-notice';
import { MADE_UP_NAME, renderNotice } from '../../src/notice/render-notice';
import { projectFolder } from '../../src/operator/parts/this-machine';
import { auditEntries } from '../audit-entries';
import { EXAMPLE } from '../incident/example-incident';
import { timesFired } from '../times-fired';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';
import { wrongUsage } from './wrong-usage';

const ID = 'zappos-2012';
const BY = ['--by', 'Jo Counsel'];

let desk: OwnOperator;
let relay: RelayProcess;
let env: NodeJS.ProcessEnv;
let file: string;
beforeAll(async () => {
  desk = await ownOperator('test-send', 20);
  const folder = join(desk.folder, 'tests');
  mkdirSync(folder);
  relay = await startRelayProcess(folder, ['--keep', join(desk.folder, 'kept'), '--keep-first', 'all']);
  env = { SMTP_URL: `smtp://127.0.0.1:${relay.port}` };
  file = desk.file('incident.yaml');
});
afterAll(async () => {
  await relay.stop();
  await desk.end();
});

const send = (...args: string[]) => desk.cli(['test-send', file, ...BY, ...args], env);
const json = async (...args: string[]) => JSON.parse((await send('--json', ...args)).out);
const kept = () => readdirSync(join(desk.folder, 'kept')).sort();
async function received(queueId: string): Promise<ParsedMail> {
  return simpleParser(readFileSync(join(desk.folder, 'kept', `${queueId}.eml`)), { skipTextToHtml: true });
}
async function entries(incident: number) {
  const rows = await auditEntries(desk.database.db, { incident });
  return rows.map(({ detail, ...row }) => ({ ...row, detail: JSON.parse(detail) }));
}
const incident = async () => (await findIncident(desk.database.db, ID))!.incident;
const marked = (address: string) => ({
  domain: address.split('@')[1],
  sha256: createHash('sha256').update(address).digest('hex').slice(0, 12),
});

// One story: each step leaves what the next one finds.

test('without the database there is no record, so nothing is sent', async () => {
  const down = { ...env, DATABASE_URL: 'mysql://u:geheim@127.0.0.1:1/shop' };
  const { code, err } = await desk.cli(['test-send', file, '--to', 'jo@company.test'], down);
  expect(err).toMatch(/The database at 127\.0\.0\.1:1 does not work: .*npm run stack/);
  expect(err).toContain('Nothing was sent. A test goes out only once it is on the record');
  expect(err).not.toContain('geheim');
  expect([code, kept()]).toEqual([1, []]);
  expect(await desk.ledgerExists()).toBe(false);
});

test.each<[string, string[], string]>([
  ['no address', [], 'Write --to ADDRESS, such as --to jo@company.example'],
  ['an address with a name', ['--to', 'Jo <jo@company.test>'], 'Write one bare address'],
  [
    'too many addresses',
    Array.from({ length: 21 }, (_, i) => ['--to', `jo${i}@company.test`]).flat(),
    'At most 20 addresses at once',
  ],
  [
    'an unknown variant',
    ['--to', 'jo@company.test', '--variant', 'en/default/expird'],
    'found "en/default/expird", write en/default/expired, or another of these:\n  en/default/expired\n',
  ],
  ['all, and one', ['--to', 'jo@company.test', '--all', '--variant', 'en/default/none'], 'one of the two'],
])('wrong usage: %s', async (_, args, said) => {
  const { code, err } = await wrongUsage(['test-send', file, ...args]);
  expect(err).toContain(said);
  expect([code, kept()]).toEqual([2, []]);
});

test('a wrong file is refused as the start refuses it', async () => {
  const wrong = desk.file('wrong.yaml', (text) => text.replace('subject:', 'sbject:'));
  const { code, err } = await desk.cli(['test-send', wrong, '--to', 'jo@company.test'], env);
  expect(err).toMatch(/wrong\.yaml:\d+:\d+ texts\.en\.sbject: found the unknown key/);
  expect([code, kept()]).toEqual([2, []]);
});

test('before the start the notice arrives, marked, and is otherwise what customers will get', async () => {
  const { code, out, err } = await send('--to', 'jo@company.test', '--to', 'Mixed.Case@Company.test');
  expect(err).toBe('Sending 2 test mails (1 variant to 2 addresses) ...\n');
  expect(out).toMatch(
    /^ACCEPTED {2}en\/default\/expired to jo@company\.test\n {4}250 2\.0\.0 Ok: queued as/m,
  );
  expect(out).toContain('to Mixed.Case@company.test');
  expect(out).toContain('2 of 2 test mails accepted');
  expect(out).toContain('spf=pass smtp.mailfrom=zappos.test');
  expect(code).toBe(0);
  const mail = await received(/queued as (\w+)/.exec(out)![1]!);
  const parsed = parseIncident(Buffer.from(EXAMPLE), { now: new Date() });
  if ('problems' in parsed) throw new Error('the example is wrong');
  const { variants, contentHash } = await compileNotices(parsed.incident);
  const notice = await simpleParser(
    renderNotice(variants.get('en/default/expired')!, {
      name: MADE_UP_NAME,
      address: 'jo@company.test',
      messageId: 'x@x.test',
      date: 0,
    }),
  );
  expect(mail.subject).toBe(`[TEST] ${notice.subject}`);
  expect(mail.headers.get('x-breach-response-test')).toBe('en/default/expired');
  expect(mail.messageId).toMatch(/^<test-[0-9a-f-]{36}\.1@zappos\.test>$/);
  expect(mail.text).toContain(`content ${contentHash.slice(0, 12)}, sent by Jo Counsel.`);
  expect(mail.text!.replace(/^=+\n[\s\S]*?\n=+\n\n/, '')).toBe(notice.text);
});

test('it is on the record, in a chain that verifies, without the address; and the ledger knows nothing of it (I6)', async () => {
  const { db } = desk.database;
  expect(await verifyAudit({ db, incident: 0 })).toBeNull();
  const [intent, outcome, ...more] = await entries(0);
  expect(more).toEqual([]);
  const to = [marked('jo@company.test'), marked('Mixed.Case@company.test')];
  expect(intent).toMatchObject({
    who: expect.stringMatching(/^Jo Counsel \(login \S+\)$/),
    action: 'test-send',
    detail: { incidentId: ID, mails: 2, variants: ['en/default/expired'], to },
  });
  expect(outcome).toMatchObject({
    who: expect.stringMatching(/^Jo Counsel \(login \S+\)$/),
    action: 'test-sent',
  });
  expect(outcome!.detail.test).toBe(intent!.detail.test);
  expect(outcome!.detail.results).toMatchObject(
    to.map((mark) => ({ outcome: 'accepted', code: 250, to: mark, queueId: expect.stringMatching(/^\w+$/) })),
  );
  expect(JSON.stringify([intent, outcome])).not.toContain('@company.test');
  for (const table of ['notices', 'claims', 'incidents'] as const) {
    const { rows } = await sql`SELECT * FROM ${sql.table(table)}`.execute(db);
    expect(rows).toEqual([]);
  }
});

test('several at once keep the chain whole, and none is lost', async () => {
  const codes = await Promise.all([1, 2, 3].map(() => send('--to', 'jo@company.test')));
  expect(codes.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(await verifyAudit({ db: desk.database.db, incident: 0 })).toBeNull();
  expect((await entries(0)).map(({ action }) => action).sort()).toEqual([
    ...Array(4).fill('test-send'),
    ...Array(4).fill('test-sent'),
  ]);
});

test('--all sends every variant in a mail of its own', async () => {
  const { mails } = await json('--all', '--to', 'jo@company.test');
  expect(mails.map(({ variant }: { variant: string }) => variant)).toEqual([
    'en/default/expired',
    'en/default/changed_since',
    'en/default/none',
  ]);
  for (const { variant, queueId } of mails)
    expect((await received(queueId)).headers.get('x-breach-response-test')).toBe(variant);
});

test('what the relay refuses is told, exit 1, and on the record', async () => {
  await relay.control({ add: { at: 'rcpt', reply: '550 5.1.1 no such user', match: '^nobody@' } });
  const { code, out } = await send('--to', 'nobody@company.test', '--to', 'jo@company.test');
  expect(out).toMatch(/^REFUSED {3}en\/default\/expired to nobody@company\.test\n {4}550 .*no such user$/m);
  expect(out).toContain('1 of 2 test mails accepted');
  expect(code).toBe(1);
  const last = (await entries(0)).at(-1)!;
  expect(last.detail.results).toMatchObject([
    { to: marked('nobody@company.test'), outcome: 'refused', code: 550, queueId: null },
    { outcome: 'accepted', code: 250 },
  ]);
});

test('a test that is killed while the relay has its mail is on the record (I6)', async () => {
  await relay.control({ add: { at: 'dot', action: 'stall', match: '^killed@' } });
  const before = (await entries(0)).length;
  const child = spawn(
    process.execPath,
    ['--import', require.resolve('tsx'), 'scripts/cli.ts', 'test-send', file, '--to', 'killed@company.test'],
    { env: { ...desk.env, ...env }, cwd: projectFolder, stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => child.on('close', resolve));
  await until('the dot', async () => (await timesFired(relay)) > 0);
  child.kill('SIGKILL');
  await ended;
  const fresh = (await entries(0)).slice(before);
  expect(fresh).toMatchObject([{ action: 'test-send', detail: { to: [marked('killed@company.test')] } }]);
});

test("once it was started, the incident's own audit log has it, and a closed gate is said and stops no test", async () => {
  await desk.start([file, '--go']);
  const before = (await entries(0)).length;
  await desk.cli(['pause', '--direct', '--reason', 'a look at the texts']);
  const { code, out } = await send('--to', 'jo@company.test', '--variant', 'en/default/none');
  expect(out).toContain('The gate is closed (paused: a look at the texts, by ');
  expect(out).toContain(`in the audit log of ${ID}`);
  expect(code).toBe(0);
  expect((await entries(0)).length).toBe(before);
  expect((await entries(await incident())).slice(-2)).toMatchObject([
    {
      who: expect.stringMatching(/^Jo Counsel \(login \S+\)$/),
      action: 'test-send',
      detail: { variants: ['en/default/none'] },
    },
    { who: expect.stringMatching(/^Jo Counsel \(login \S+\)$/), action: 'test-sent' },
  ]);
  const verified = await desk.cli(['verify']);
  expect(verified.out).toContain('[ ok ] the audit log is whole (I6)');
  expect(verified.out).toContain('[ ok ] the audit log of files before their start is whole (I6)');
});

test("the proof judges the relay's log without the tests that are on the record", async () => {
  const { rows } = await sql<{ email: string }>`
    SELECT email FROM ${sql.id(desk.companySchema, 'customers')} WHERE email LIKE 'customer%' LIMIT 1`.execute(
    desk.database.db,
  );
  const { code } = await send('--to', rows[0]!.email);
  expect(code).toBe(0);
  const report = await desk.cli(['report', '--json', '--relay-log', relay.log]);
  expect(report.err).not.toContain('the relay accepted');
  expect(report.err).toMatch(/Not counted: \d+ test mails, on the record/);
  expect(JSON.parse(report.out).relay).toMatchObject({ customersAcceptedOnce: 0 });
});

test('a file that is not the one that was started is tested, and told from it', async () => {
  const other = desk.file('other.yaml', (text) => text.replace('Dear customer,', 'Dear client,'));
  const { code, out } = await desk.cli(['test-send', other, '--to', 'jo@company.test'], env);
  expect(out).toContain('CUSTOMERS GET ANOTHER NOTICE: The incident zappos-2012 was started at');
  expect(code).toBe(0);
});

test('while law enforcement asks to wait, only the company gets tests, and it is said; nobody else learns of it by one', async () => {
  const hold = ['hold-for-law-enforcement', '--by', 'Jo', '--reason'];
  expect((await desk.cli([...hold, 'FBI 12-345'], env)).code).toBe(0);
  const before = [kept().length, (await entries(await incident())).length];
  const refused = await send('--to', 'jo@zappos.test', '--to', 'Ann@mail.test', '--to', 'eve@notzappos.test');
  expect([refused.code, refused.out]).toEqual([1, '']);
  expect(refused.err).toContain(
    "NOTHING WAS SENT. A hold stands, and Ann@mail.test, eve@notzappos.test are not the company's own: Held for law enforcement by Jo",
  );
  expect(refused.err).toContain("addresses at zappos.test or below it, or the file's canary.mailboxes");
  expect([kept().length, (await entries(await incident())).length]).toEqual(before);
  const own = await send('--to', 'jo@zappos.test', '--to', 'qa@Desk.zappos.test');
  expect([own.code, own.out]).toEqual([0, expect.stringContaining('2 of 2 test mails accepted')]);
  for (const said of [own.err, own.out])
    expect(said).toContain("A HOLD STANDS: only the company's own mailboxes g");
  expect(own.out).toContain('12-345 (since');
  expect(kept()).toHaveLength(before[0]! + 2);
  await desk.cli([...hold, 'they agreed', '--release'], env);
  expect((await send('--to', 'ann@mail.test')).code).toBe(0);
});

test('what became of a test is on the record also where the incident ends meanwhile; then there is no other test', async () => {
  await relay.control({ add: { at: 'dot', action: 'hold', match: '^slow@' } });
  const sending = send('--to', 'slow@company.test');
  await until('the dot', async () => (await timesFired(relay)) > 0);
  await enterPhase({ db: desk.database.db, incident: await incident() }, 'cancelled', 'ann');
  await relay.control({ clear: true });
  expect((await sending).code).toBe(0);
  const all = await entries(await incident());
  expect(all.at(-1)).toMatchObject({ action: 'test-sent', detail: { results: [{ outcome: 'accepted' }] } });
  expect(await verifyAudit({ db: desk.database.db, incident: await incident() })).toBeNull();
  const before = kept();
  const { code, err } = await send('--to', 'jo@company.test');
  expect(err).toContain('The incident zappos-2012 is cancelled for good, and so is its record');
  expect([code, kept()]).toEqual([1, before]);
  expect((await entries(await incident())).length).toBe(all.length);
});
