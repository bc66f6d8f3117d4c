import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { surveyNotices } from '../../src/books/balance';
import { findIncident } from '../../src/books/incident-row';
import { openDatabase } from '../../src/books/open-database';
import { approve } from '../../src/operator/approve';
import { workflowIdOf } from '../../src/workflows/messages';
import { auditEntries } from '../audit-entries';
import { relayVerdict } from '../faults/relay-verdict';
import { timesFired } from '../times-fired';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';
import { wrongUsage } from './wrong-usage';

const ID = 'zappos-2012';
const AT_BIG = 60;
let desk: OwnOperator;
beforeAll(async () => {
  desk = await ownOperator('domains', 600);
  const { db, close } = openDatabase(desk.env.DATABASE_URL!, { ledgerExists: false, connections: 1 });
  const customers = sql.id(desk.companySchema, 'customers');
  await sql`UPDATE ${customers} SET email = CONCAT('c', id, '@big.example') WHERE email LIKE '%@%' ORDER BY MOD(id, 10), id LIMIT ${AT_BIG}`.execute(
    db,
  );
  await close();
});
afterAll(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const survey = async () =>
  surveyNotices({ db: desk.database.db, incident: (await row()).incident }, 'notice');
const details = () =>
  desk.client.workflow
    .getHandle(workflowIdOf(ID))
    .query<{ currentDetails: string }>('__temporal_workflow_metadata')
    .then(({ currentDetails }) => currentDetails);
/** A worker that is killed may leave a customer a session in doubt; and the example has a reminder. */
async function decideHolds(): Promise<void> {
  const { hold_kind: hold } = await row();
  if (hold === 'in-doubt') await desk.cli(['settle', '--decide', 'leave', '--reason', 'x', '--go']);
  if (hold === 'reminder') await desk.cli(['remind', '--leave', '--reason', 'x']);
  else if (hold !== null) await desk.cli(['resume']);
}
const verdict = () => relayVerdict(desk.database, ID, desk.relay.log);
const statusWords = async () => (await desk.cli(['status'])).out;

test.each<[string, [string, ...string[]], string]>([
  ['a pause of a domain without its reason', ['pause', '--domain', 'big.example'], '--reason "WHY'],
])('wrong usage: %s', async (_, args, said) => {
  const { code, err } = await wrongUsage(args);
  expect(err).toContain(said);
  expect(code).toBe(2);
});

// One story: each step leaves what the next one finds.

test('a worker dies while a receiver refuses everybody; the other goes on: it waits by name, the others are told, and the run says so (C98)', async () => {
  const file = desk.file('incident.yaml', (text) =>
    text.replace('perSecond: 500', 'perSecond: 200').replace('afterwards: hold', 'afterwards: continue'),
  );
  const workers = [await desk.worker(), await desk.worker()];
  expect((await desk.start([file, '--go'])).code).toBe(0);
  await desk.relay.control({ add: { at: 'rcpt', match: '@big[.]example', reply: '550 5.7.1 not wanted' } });
  await until('the approval', async () => (await row())?.phase === 'approval');
  await approve(desk.client, { incidentId: ID, by: 'the test', contentHash: (await row()).content_hash });
  await until('some refusals', async () => (await timesFired(desk.relay)) >= 4);
  process.kill(workers[0]!.identity.pid, 'SIGKILL');
  await workers[0]!.ended;
  await until('what it waits for', async () => {
    await decideHolds();
    return (await row()).phase === 'settle' && (await survey()).receivers.length > 0;
  });
  const { receivers, notices, missing } = await survey();
  expect(receivers).toMatchObject([{ receiver: 'big.example', state: 'aside' }]);
  expect([notices.failed ?? 0, missing]).toEqual([0, 0]);

  const shown = await desk.cli(['domains']);
  expect(shown.code).toBe(0);
  expect(shown.out).toMatch(
    /^big\.example +0 +0 +\d+ +\d+\n {2}aside, since .* UTC, by the breaker \(550 5\.7\.1, not allowed\); a few are tried again from .* UTC on$/m,
  );
  expect(shown.out).toContain(
    `-> to tell them now: npm run cli -- resume --domain big.example --incident ${ID}`,
  );
  const { domains } = JSON.parse((await desk.cli(['domains', '--json'])).out);
  expect(domains[0]).toMatchObject({
    receiver: 'big.example',
    told: 0,
    refused: 0,
    known: { state: 'aside' },
  });
  expect(domains[0].waiting + domains[0].putOff).toBe(AT_BIG);
});

test('status, the Web UI, lookup, the CSV and close say who is waited for, and what to do', async () => {
  // Those who were refused before it was put aside wait by themselves until they are due, then for it, too.
  await sql`UPDATE notices SET retry_at = UTC_TIMESTAMP(3) WHERE state = 'deferred' AND receiver IS NULL`.execute(
    desk.database.db,
  );
  await desk.cli(['resume']);
  const waits = /60 customers at big\.example wait: it does not take our mail at the moment/;
  await until('all of them', async () => waits.test(await statusWords()));
  const status = await statusWords();
  expect(status).toMatch(/Receiver +big\.example aside, since/);
  expect(status).toMatch(
    /The run waits, since .*, and goes on without you: Deferred notices are tried again from|in doubt: .*\. Deferred notices are tried again from/,
  );
  expect(await details()).toMatch(/- \*\*Receiver\*\* 60 customers at big\.example wait/);

  const { rows } = await sql<{ id: string }>`
    SELECT id FROM ${sql.id(desk.companySchema, 'customers')} WHERE email LIKE '%@big.example' LIMIT 1`.execute(
    desk.database.db,
  );
  const looked = (await desk.cli(['lookup', String(rows[0]!.id)])).out;
  expect(looked).toMatch(
    /Not delivered yet: the mail provider big\.example takes none of our mail at the moment \(550 5\.7\.1, not allowed\)\. It is tried again from .* UTC on\./,
  );
  const csv = join(desk.folder, 'unreached.csv');
  expect((await desk.cli(['report', '--unreached', csv])).code).toBe(0);
  expect(
    readFileSync(csv, 'utf8').match(/waits: its mail provider takes none of our mail at the moment/g),
  ).toHaveLength(AT_BIG);
  const close = await desk.cli(['close', '--go']);
  expect(close.code).toBe(1);
  expect(close.err).toContain('were put off by the relay');
});

test('paused by somebody: on the record, the run waits for a word, and a name that nobody has is said', async () => {
  const nobody = await desk.cli(['pause', '--domain', 'bigg.example', '--reason', 'x']);
  expect([nobody.code, nobody.err]).toEqual([
    1,
    expect.stringContaining('NOT PAUSED: no customer has an address at bigg.example.'),
  ]);
  const wrong = await desk.cli(['pause', '--domain', 'not a domain', '--reason', 'x']);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('found "not a domain"')]);

  const paused = await desk.cli([
    ...['pause', '--domain', '@Big.Example', '--by', 'Jo', '--reason', 'their postmaster asks'],
  ]);
  expect([paused.code, paused.out]).toEqual([0, expect.stringMatching(/^PAUSED big\.example: nobody there/)]);
  await until('the run to say so', async () =>
    (await statusWords()).includes('Only customers of paused receivers'),
  );
  expect(await statusWords()).toMatch(
    /THE RUN WAITS FOR YOU, since .*: Only customers of paused receivers are left\. 60 customers at big\.example wait, since somebody paused it \(their postmaster asks\)/,
  );
  expect(await details()).toContain('npm run cli -- resume --incident zappos-2012 --domain DOMAIN');
  const open = await desk.cli(['resume', '--domain', 'other.example']);
  expect([open.code, open.out]).toEqual([
    0,
    'Nothing keeps customers at other.example waiting: it is neither aside nor paused.\n',
  ]);
  const entries = (await auditEntries(desk.database.db)).filter(({ action }) =>
    action.startsWith('receiver-'),
  );
  expect(entries.at(-1)).toMatchObject({
    who: expect.stringMatching(/^Jo \(login /),
    action: 'receiver-paused',
    detail: JSON.stringify({ receiver: 'big.example', reason: 'their postmaster asks' }),
  });
});

test('resumed: everybody there is told, once, and the run closes (I1, I2)', async () => {
  await desk.relay.control({ clear: true });
  const resumed = await desk.cli(['resume', '--domain', 'big.example', '--json']);
  expect(JSON.parse(resumed.out)).toMatchObject({ receiver: 'big.example', state: 'open' });
  await until(
    'the close',
    async () => {
      await decideHolds();
      return (await row()).phase === 'closed';
    },
    row,
  );
  const { notices } = await survey();
  expect(
    Object.keys(notices)
      .sort()
      .filter((state) => !['left', 'sent', 'skipped'].includes(state)),
  ).toEqual([]);
  const { customersAcceptedTwiceOrMore, customersAcceptedOnce } = await verdict();
  expect(customersAcceptedTwiceOrMore).toBe(0);
  expect(customersAcceptedOnce).toBeGreaterThanOrEqual(notices.sent!);
  expect((await desk.cli(['verify'])).code).toBe(0);
});
