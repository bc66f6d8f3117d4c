import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { surveyNotices } from '../../src/books/balance';
import { companyOf, findIncident, incidentOf } from '../../src/books/incident-row';
import type { NoticesTable } from '../../src/books/ledger-tables';
import { listAddresses } from '../../src/company/scan-customers';
import { judgeRelayLog } from '../judge-relay-log';
import { type OwnOperator, ownOperator } from '../operator/own-operator';
import { until } from '../until';
import { type OwnPostfix, ownPostfix, type PostfixSettings, postfixMissing } from './own-postfix';
import { type PolicyService, policyService } from './policy-service';

const missing = postfixMissing();
if (missing !== null) console.warn(`A real Postfix is not tried: ${missing}.`);
const testWhereInstalled = missing === null ? test : test.skip;

/** So few customers are one lane's, and that is a quarter of the sessions. */
const SESSIONS = 2;

let desk: OwnOperator;
let postfix: OwnPostfix<'mail'>;
let policy: PolicyService;
afterEach(async () => {
  await desk?.end();
  await postfix?.end();
  await policy?.end();
});

/** A run that has its approval, with Postfix for its relay and a worker at work. */
async function begin(name: string, customers: number, perSecond: number, settings: PostfixSettings = {}) {
  postfix = await ownPostfix({ mail: settings });
  desk = await ownOperator(name, customers);
  desk.env.SMTP_URL = postfix.url('mail');
  const file = desk.file('incident.yaml', (text) =>
    text
      .replace('perSecond: 500', `perSecond: ${perSecond}`)
      .replace('afterwards: hold', 'afterwards: continue')
      .replace(/mailboxes:\n(\s+- .*\n)+/, 'mailboxes: []\n'),
  );
  const worker = await desk.worker();
  const started = await desk.start([file, '--go', '--by', 'Ann']);
  expect([started.err, started.code]).toEqual(['', 0]);
  await until('the approval', async () => (await row()).phase === 'approval');
  const hash = (await row()).content_hash;
  expect((await desk.cli(['approve', '--by', 'Jo', '--content', hash])).code).toBe(0);
  return { worker };
}

const row = async () => (await findIncident(desk.database.db, 'zappos-2012'))!;
const survey = async () =>
  surveyNotices({ db: desk.database.db, incident: (await row()).incident }, 'notice');
const over = async () => {
  const { phase, hold_reason } = await row();
  return phase === 'closed' || hold_reason !== null;
};

/** By Postfix's own log and the company's table. */
async function verdict() {
  await until('Postfix is done with everything', () => postfix.queueEmpty());
  const company = await companyOf(desk.database, incidentOf(await row()));
  return judgeRelayLog(postfix.log, listAddresses(desk.database.db, company, Date.now()));
}

testWhereInstalled(
  'a whole run through a real Postfix: by its own log everybody is told once and nobody else (I1, I2)',
  async () => {
    await begin('postfix', 1_500, 5_000);
    await until('the end of the run', over);
    expect(await row()).toMatchObject({ phase: 'closed', hold_reason: null });
    const { notices, cohort } = await survey();
    const { sent = 0, skipped = 0 } = notices;
    expect([sent + skipped, (await survey()).missing]).toEqual([cohort, 0]);
    expect(await verdict()).toEqual({
      customersAcceptedOnce: sent,
      customersAcceptedTwiceOrMore: 0,
      customersNeverAccepted: skipped,
      strangers: 0,
    });
    // Each has the queue id under which Postfix knows it, for whoever answers the telephone.
    const { rows: queueIds } = await sql<Pick<NoticesTable, 'queue_id' | 'address'>>`
      SELECT queue_id, address FROM notices WHERE state = 'sent'`.execute(desk.database.db);
    const log = readFileSync(postfix.log, 'utf8');
    for (const { queue_id, address } of queueIds.slice(0, 50))
      expect(log).toContain(`${queue_id}: to=<${address}>`);
    // This Postfix throws away whatever it delivers; nothing else is amiss.
    const report = await desk.cli(['report', '--relay-log', postfix.log, '--json']);
    expect([report.err.trim().split('\n'), report.code]).toEqual([
      [
        expect.stringContaining(
          'customers: the notice was taken and then thrown away by a rule of the relay',
        ),
      ],
      0,
    ]);
  },
);

// In doubt are the dots without an answer, at most one a session each time: the dot journal tells of the killed worker's
// (takeOver in take-over.ts), end() in transmit.ts of those that Postfix did not answer.
testWhereInstalled(
  'kill -9 of the worker and of Postfix, and a restart of Postfix, in the middle: nobody twice, nobody missing (I1, I2)',
  async () => {
    const { worker } = await begin('postfixkill', 5_000, 400);
    const goesOn = async () => {
      const before = (await survey()).notices.sent ?? 0;
      await until('more are told', async () => ((await survey()).notices.sent ?? 0) > before + 100);
    };
    await goesOn();
    await postfix.stop();
    await postfix.start();
    await goesOn();
    await postfix.kill9();
    await postfix.start();
    await goesOn();
    // With Postfix standing still a whole claim is out when the worker dies; the dots that the kernel holds are
    // accepted when Postfix goes on, and nobody is there for their 250.
    postfix.freeze();
    await until('claims are out', async () => ((await survey()).notices.sending ?? 0) > 30);
    process.kill(worker.identity.pid, 'SIGKILL');
    await worker.ended;
    postfix.thaw();
    await desk.worker();
    await goesOn();
    await until('the end of the run', over);
    const { notices, cohort, missing } = await survey();
    const { sent = 0, skipped = 0, in_doubt = 0, ...other } = notices;
    expect([other, missing, sent + skipped + in_doubt]).toEqual([{}, 0, cohort]);
    const { relay } = incidentOf(await row());
    expect(in_doubt).toBeLessThanOrEqual(3 * relay.sessions);
    const { customersAcceptedOnce, customersNeverAccepted, ...none } = await verdict();
    expect(none).toEqual({ customersAcceptedTwiceOrMore: 0, strangers: 0 });
    expect(customersAcceptedOnce).toBeGreaterThanOrEqual(sent);
    expect(customersNeverAccepted).toBeLessThanOrEqual(skipped + in_doubt);
  },
);

// A policy holds each dot up until the worker is dead; then every other message is refused, and nobody hears it.
testWhereInstalled(
  'kill -9 of the worker with dots out: by the log settle books who was taken, and tells again who was refused (I1, I2, C87)',
  async () => {
    policy = await policyService();
    const { worker } = await begin('postfixsettle', 1_500, 100, {
      smtpd_end_of_data_restrictions: `check_policy_service inet:127.0.0.1:${policy.port}`,
    });
    await until('some are told', async () => ((await survey()).notices.sent ?? 0) > 50);
    policy.hold();
    await until(
      'a dot in every session',
      () => policy.waiting().length === SESSIONS,
      () => policy.waiting(),
    );
    const taken = policy.waiting().filter((_, i) => i % 2 === 0);
    process.kill(worker.identity.pid, 'SIGKILL');
    await worker.ended;
    policy.answer((recipient) => (taken.includes(recipient) ? 'DUNNO' : 'REJECT'));
    await desk.worker();
    await until('the end of the run', over);
    const { rows: doubtful } = await sql<{ customer_id: string; address: string }>`
      SELECT customer_id, address FROM notices WHERE state = 'in_doubt'`.execute(desk.database.db);
    expect(doubtful).toHaveLength(SESSIONS);
    // As if the minute of the leases had passed.
    await sql`UPDATE claims SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND
      WHERE claim_id IN (SELECT claim_id FROM notices WHERE state = 'in_doubt')`.execute(desk.database.db);
    await until('Postfix is done with everything', () => postfix.queueEmpty());
    const settle = ['settle', '--postfix-log', postfix.log, '--touch-relay', '--quarantine', '0'];
    const told = await desk.cli([...settle, '--json']);
    const { findings } = JSON.parse(told.out) as {
      findings: { customerId: string; verdict: string; why: string }[];
    };
    const whys = new Map(findings.map(({ customerId, verdict, why }) => [customerId, `${verdict}: ${why}`]));
    for (const { customer_id, address } of doubtful)
      expect(whys.get(customer_id)).toMatch(
        taken.includes(address)
          ? /^accepted: /
          : /^absent: the relay read the message as queue id \w+ and then refused it$/,
      );
    const resend = ['--resend-absent', '--reason', 'refused, and nobody heard it', '--by', 'Ann', '--go'];
    expect((await desk.cli([...settle, ...resend])).code).toBe(0);
    expect((await desk.cli(['resume', '--by', 'Ann'])).code).toBe(0);
    await until('the close', async () => (await row()).phase === 'closed', survey);
    const { notices, cohort } = await survey();
    const { sent = 0, skipped = 0 } = notices;
    expect(sent + skipped).toBe(cohort);
    expect(await verdict()).toEqual({
      customersAcceptedOnce: sent,
      customersAcceptedTwiceOrMore: 0,
      customersNeverAccepted: skipped,
      strangers: 0,
    });
  },
);
