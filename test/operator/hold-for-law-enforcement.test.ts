import { sql } from 'kysely';
import { surveyNotices } from '../../src/books/balance';
import { readDelay } from '../../src/books/delay';
import { findIncident } from '../../src/books/incident-row';
import { decidedBy } from '../../src/operator/who-types';
import { workflowIdOf } from '../../src/workflows/messages';
import { auditEntries } from '../audit-entries';
import { relayVerdict } from '../faults/relay-verdict';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';
import { wrongUsage } from './wrong-usage';

const ID = 'zappos-2012';
const VERB = 'hold-for-law-enforcement';
const REQUEST = [VERB, '--by', 'Jo Counsel', '--reason', 'FBI Las Vegas, agent Roe, 12-345'];
const RELEASE = [VERB, '--release', '--by', 'Jo Counsel', '--reason', 'agent Roe, by telephone'];
const JO = decidedBy('Jo Counsel');
const WORDS = `Held for law enforcement by ${JO}: FBI Las Vegas, agent Roe, 12-345`;

let desk: OwnOperator;
let file: string;
beforeAll(async () => {
  desk = await ownOperator('law', 400);
});
afterAll(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const verdict = async () => {
  const { customersAcceptedOnce, customersAcceptedTwiceOrMore } = await relayVerdict(
    desk.database,
    ID,
    desk.relay.log,
  );
  expect(customersAcceptedTwiceOrMore).toBe(0);
  return { customers: customersAcceptedOnce };
};
const handle = () => desk.client.workflow.getHandle(workflowIdOf(ID));
const waitsForLaw = () =>
  until('the run to say so', async () => (await desk.cli(['status'])).out.includes(`The run waits, since`));

test.each<[string, [string, ...string[]], string]>([
  ['a request without a name', [VERB, '--reason', 'x'], '--by "YOUR NAME"'],
  ['a request without its reason', [VERB, '--by', 'Jo'], '--reason "WHO ASKED, AND THEIR REFERENCE"'],
  ['a request for a reason of spaces', [VERB, '--by', 'Jo', '--reason', ' '], 'WHO ASKED'],
  [
    'a request that names another',
    [VERB, '--by', 'Jo', '--reason', 'x', '--request', '7'],
    '--request names the one that is released: write --release, too.',
  ],
  ['a release without its reason', [VERB, '--release', '--by', 'Jo'], '--reason "WHO AGREED"'],
])('wrong usage: %s', async (_, args, said) => {
  const { code, err } = await wrongUsage(args);
  expect(err).toContain(said);
  expect(code).toBe(2);
});

// One story: each step leaves what the next one finds.

test('asked before anybody is told: the passwords are expired all the same, and the approval can come', async () => {
  file = desk.file('incident.yaml', (text) => text.replace('perSecond: 500', 'perSecond: 100000'));
  expect((await desk.start([file, '--go'])).err).toBe('');
  const held = await desk.cli(REQUEST);
  expect([held.code, held.err]).toEqual([0, '']);
  expect(held.out).toContain(`HELD for law enforcement: ${ID}. The gate is closed since`);
  expect(held.out).toContain(`npm run cli -- ${VERB} --release --by "YOUR NAME"`);
  await desk.worker();
  await until('the approval', async () => (await row()).phase === 'approval');
  const { rows } = await sql<{
    n: string;
  }>`SELECT COUNT(*) AS n FROM cohort WHERE password = 'expired'`.execute(desk.database.db);
  expect(Number(rows[0]!.n)).toBeGreaterThan(200);
  await desk.cli(['approve', '--content', (await row()).content_hash, '--by', 'Jane']);
  expect((await row()).approved_by).toMatch(/^Jane \(through Temporal: /);
});

test('status, the Web UI, close and a start say what is waited for, and what ends it', async () => {
  await waitsForLaw();
  const { out } = await desk.cli(['status']);
  expect(out).toMatch(/^ {2}Law +Held for law enforcement .* \(since .* UTC\)$/m);
  expect(out).toContain(`${WORDS}. Nobody further is told until it is released.`);
  expect(out).toContain(`-> when they agree: npm run cli -- ${VERB} --release`);
  expect(await handle().query<string>('__temporal_workflow_metadata')).toMatchObject({
    currentDetails: expect.stringContaining(`> ${WORDS}`),
  });
  const close = await desk.cli(['close']);
  expect([close.code, close.err]).toEqual([1, expect.stringContaining(WORDS)]);
  expect((await desk.start([file, '--go'])).out).toContain(WORDS);
});

test('no resume, no reset to the first task, no restart and no older signal lets a notice go (C102)', async () => {
  const refused = await desk.cli(['resume']);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(`NOT RESUMED. ${WORDS}`)]);
  await desk.cli(['pause', '--reason', 'lunch']);
  const ended = await desk.cli(['resume']);
  expect(ended.out).toContain(`${WORDS}`);
  expect(ended.out).toContain('resume does not end that');
  const { events } = await handle().fetchHistory();
  const first = events!.find((event) => event.workflowTaskCompletedEventAttributes)!;
  await desk.client.workflowService.resetWorkflowExecution({
    namespace: desk.env.TEMPORAL_NAMESPACE!,
    workflowExecution: { workflowId: workflowIdOf(ID) },
    workflowTaskFinishEventId: first.eventId,
    requestId: 'reset',
  });
  await waitsForLaw();
  await handle().terminate('by mistake');
  expect((await desk.start([file, '--go'])).code).toBe(0);
  await waitsForLaw();
  await handle().signal('resume');
  await waitsForLaw();
  expect(desk.acceptances()).toBe(0);
  const { notices } = await surveyNotices(
    { db: desk.database.db, incident: (await row()).incident },
    'notice',
  );
  expect(notices).toEqual({});
});

test('a release, on the record, lets the run go on by itself', async () => {
  const { code, out, err } = await desk.cli(RELEASE);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    new RegExp(`^RELEASED: ${ID}\\. The gate is open since .* UTC, by Jo Counsel \\(login .*\\)\\.`),
  );
  await until('the canary', async () => (await row()).hold_kind === 'canary-done');
  expect((await desk.cli(RELEASE)).out).toContain(`Nothing is held for law enforcement: ${ID}.`);
});

test('without Temporal it holds in the database, and says so; close names it with what else is in the way', async () => {
  const gone = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const held = await desk.cli(REQUEST, gone);
  expect(held.code).toBe(0);
  expect(held.out).toContain('The hold stands in the database all the same.');
  const json = JSON.parse((await desk.cli(['status', '--json'], gone)).out);
  expect(json.gate).toMatchObject({ gate: 'closed', delay: { by: JO, pausedToo: false } });
  const close = await desk.cli(['close']);
  expect([close.code, close.out]).toEqual([
    1,
    expect.stringContaining(`1 request of law enforcement to wait stands. ${WORDS}`),
  ]);
  const resumed = await desk.cli(['resume']);
  expect(resumed.out).toContain('The hold that ended: Canary done');
  expect(resumed.out).toContain('resume does not end that');
  await waitsForLaw();
  const sent = desk.acceptances();
  const second = await desk.cli([VERB, '--by', 'Ann', '--reason', 'state police 7']);
  expect(second.out).toContain('12-345; state police 7');
  expect(second.out).toMatch(
    /^ {2}request \d+ by Jo Counsel .*12-345 \(since .* UTC\)\n {2}request \d+ by Ann .*state police 7 /m,
  );
  expect(second.out).toContain('--reason "WHO AGREED" --request NUMBER --incident');
  expect(desk.acceptances()).toBe(sent);
});

test('two agencies asked: each is released by its name, and the run waits for the last (I2)', async () => {
  const sent = desk.acceptances();
  const { requests } = (await readDelay({ db: desk.database.db, incident: (await row()).incident }))!;
  const [jo, ann] = requests.map(({ number }) => number) as [number, number];
  const listed = new RegExp(
    `Write one of:\\n {2}--request ${jo} .*12-345\\n {2}--request ${ann} .*state police 7`,
  );
  const unnamed = await desk.cli(RELEASE);
  expect([unnamed.code, unnamed.err]).toEqual([2, expect.stringMatching(listed)]);
  expect(unnamed.err).toContain('NOT RELEASED. 2 requests stand. Which one is released?');
  for (const wrong of ['Interpol', '12', '1', `${ann + 1}`]) {
    const refused = await desk.cli([...RELEASE, '--request', wrong]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(listed)]);
    expect(refused.err).toContain(`No request is named by --request ${wrong}.`);
  }
  const released = await desk.cli([...RELEASE, '--request', 'fbi las']);
  expect([released.code, released.err]).toEqual([0, '']);
  expect(released.out).toContain(`RELEASED request ${jo}: ${ID}. The gate is closed since`);
  expect(released.out).toContain('Nobody further is told: another request stands.');
  const again = await desk.cli([...RELEASE, '--request', 'FBI']);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining(`The request ${jo} by ${JO}`)]);
  expect(again.err).toContain(`by ${JO}. This stands:`);
  await until('the run to name the other alone', async () => {
    const { out } = await desk.cli(['status']);
    return out.includes(`Held for law enforcement by ${decidedBy('Ann')}: state police 7. Nobody`);
  });
  expect((await desk.cli(['verify'])).out).toContain(
    "[ ok ] the incident's row is what the audit log says (I6)",
  );
  expect((await desk.cli(['audit'])).out).toContain(
    `and ended request ${jo} (${ann} still stands): agent Roe, by telephone`,
  );
  expect(desk.acceptances()).toBe(sent);
});

test('released, everybody is told once, and who asked and who agreed stays on the record (I2, I6)', async () => {
  await desk.cli(RELEASE);
  await until('the end', async () => (await row()).phase === 'closed');
  const { notices } = await surveyNotices(
    { db: desk.database.db, incident: (await row()).incident },
    'notice',
  );
  const { customers } = await verdict();
  expect(customers).toBe(notices.sent);
  const entries = await auditEntries(desk.database.db);
  const decided = entries.filter(({ action }) => action.startsWith('law-enforcement'));
  expect(decided.map(({ who, action }) => `${who} ${action.replace('law-enforcement-', '')}`)).toEqual([
    `${JO} hold`,
    `${JO} release`,
    `${JO} hold`,
    `${decidedBy('Ann')} hold`,
    `${JO} release`,
    `${JO} release`,
  ]);
  const late = await desk.cli(REQUEST);
  expect([late.code, late.err]).toEqual([1, expect.stringContaining('closed for good')]);
});
