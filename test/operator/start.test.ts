import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { findIncident, incidentOf } from '../../src/books/incident-row';
import { mappingLines } from '../../src/operator/mapping-text';
import { workflowIdOf } from '../../src/workflows/messages';
import { until } from '../until';
import { type OwnOperator, ownOperator } from './own-operator';

const CUSTOMERS = 1_500;
const ID = 'zappos-2012';

let desk: OwnOperator;
let file: string;
beforeAll(async () => {
  desk = await ownOperator('start', CUSTOMERS);
  file = desk.file('incident.yaml', (text) => text.replace('perSecond: 500', 'perSecond: 400'));
});
afterAll(() => desk.end());

const row = async () => (await findIncident(desk.database.db, ID))!;
const accepted = () => readFileSync(desk.relay.log, 'utf8').match(/message-id=/g)?.length ?? 0;

const faulty = () => desk.file('faulty.yaml', (text) => text.replace('perSecond: 500', 'perSecond: fast'));

// One story, in the order of an operator's night: each step leaves what the next one finds.

test('two starts at once make one row and one run, and both say so', async () => {
  const [ann, ben] = await Promise.all([
    desk.start([file, '--go', '--by', 'Ann']),
    desk.start([file, '--go', '--by', 'Ben']),
  ]);
  expect([ann.err, ben.err]).toEqual(['', '']);
  expect([ann.code, ben.code]).toEqual([0, 0]);
  const headlines = [ann.out, ben.out].map((out) => /^(STARTED|GOES ON|RUNNING ALREADY)/m.exec(out)?.[1]);
  expect(headlines).toContain('RUNNING ALREADY');
  const rows = await sql<{ n: string }>`SELECT COUNT(*) AS n FROM incidents`.execute(desk.database.db);
  expect(Number(rows.rows[0]!.n)).toBe(1);
  expect((await row()).started_by).toMatch(/^(Ann|Ben) \(login \S+\)$/);
  const starts = await sql<{ n: string }>`SELECT COUNT(*) AS n FROM audit WHERE action = 'start'`.execute(
    desk.database.db,
  );
  expect(Number(starts.rows[0]!.n)).toBe(1);
  expect(ann.out).toContain('NO WORKER of this database is running: npm run worker');
});

test('without a worker a pause is not believed, and pause --direct closes the gate', async () => {
  const paused = await desk.cli(['pause', '--by', 'Ann']);
  expect(paused.err).toMatch(
    /^NOT PAUSED\. The signal pause is recorded, but no worker of this database answers: start one with npm run worker\.$/m,
  );
  expect(paused.err).toContain(`Close it now: npm run cli -- pause --direct --incident ${ID}`);
  expect(paused.code).toBe(1);
  const direct = await desk.cli(['pause', '--direct', '--by', 'Ann', '--reason', 'not sure']);
  expect(direct.out).toMatch(
    /^PAUSED zappos-2012\. The gate is closed since \S+ \S+ UTC, by Ann \(login \S+\) \(paused: not sure\);/,
  );
  expect(direct.code).toBe(0);
  expect(await row()).toMatchObject({ gate: 'closed', gate_by: expect.stringMatching(/^Ann \(login/) });
});

test('without Temporal the status comes from the books and says so, and pause --direct still works', async () => {
  const none = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const status = await desk.cli(['status'], none);
  expect(status.out).toContain('Temporal at 127.0.0.1:1 does not work');
  expect(status.out).toContain('expire (by the books; no run answers)');
  expect(status.code).toBe(0);
  const pause = await desk.cli(['pause'], none);
  expect(pause.err).toMatch(/^NOT PAUSED\. Temporal at 127\.0\.0\.1:1 does not work/);
  expect(pause.err).toContain('pause --direct');
  expect(pause.code).toBe(1);
  expect((await desk.cli(['pause', '--direct'], none)).code).toBe(0);
});

test('a changed file is refused with what differs and what to do instead', async () => {
  const changed = desk.file('changed.yaml', (text) => text.replace('perSecond: 500', 'perSecond: 300'));
  const { code, out } = await desk.start([changed, '--go']);
  expect(out).toContain('pace.perSecond: was 400, is 300');
  expect(out).toContain(`npm run cli -- amend ${changed}`);
  expect(out).toContain('put the file back');
  expect(code).toBe(1);
});

test('a file with problems cannot be compared with the one that it was started with, and the dry run says so', async () => {
  const { code, out } = await desk.start([faulty()]);
  expect(out).toMatch(/\n {2}- The file was not compared with the one that zappos-2012 was started with\n/);
  expect(code).toBe(2);
});

test('with a worker: resume names who and since when, and the run comes to its approval', async () => {
  await desk.worker();
  // Ann's first pause was recorded while no worker was there. A resume that saw the gate before it would not undo it.
  await until('the recorded pause', async () =>
    /then by Ann \(through Temporal/.test((await row()).gate_reason),
  );
  const { code, out, err } = await desk.cli(['resume', '--by', 'Ben']);
  expect(err).toBe('');
  expect(out).toMatch(
    /^RESUMED zappos-2012, by Ben\. The gate is open since \S+ \S+ UTC, by Ben \(through Temporal: \S+\)\.$/m,
  );
  expect(code).toBe(0);
  await until('approval', async () => (await row()).phase === 'approval');
});

test('approve wants the hash of what was read', async () => {
  const { content_hash: hash } = await row();
  const asked = await desk.cli(['approve']);
  expect([asked.code, asked.err]).toEqual([0, '']);
  expect(asked.out).toContain(hash);
  expect(asked.out).toMatch(
    /^Canary mailboxes: each gets 3 notices \(3 in en\), 6 messages in all\n {2}notice-check@zappos\.test {2}3 notices$/m,
  );
  const page = readFileSync(`${desk.folder}/notices/${ID}/en-default-expired.html`, 'utf8');
  expect(page).toContain('Dear <bdi>Ann Example</bdi>,');
  const index = `${desk.folder}/notices/${ID}/index.html`;
  expect(asked.out).toContain(`\n  ${index}\n`);
  const mapping = mappingLines(incidentOf(await row()).database, null);
  expect(asked.out).toContain(mapping.join('\n'));
  expect(asked.out.split('\n').length - mapping.length).toBeLessThan(16);
  expect(JSON.parse((await desk.cli(['approve', '--json'])).out)).toMatchObject({
    contentHash: hash,
    approvedAt: null,
    index,
  });
  expect(readFileSync(index, 'utf8')).toContain(`<code>${hash}</code>`);
  const short = await desk.cli(['approve', '--content', hash.slice(0, 7)]);
  expect([short.code, short.err]).toEqual([2, expect.stringContaining('at least its first 8 characters')]);
  const wrong = await desk.cli(['approve', '--content', 'f'.repeat(64)]);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('REFUSED: these are other texts')]);
  expect((await row()).approved_at).toBeNull();
  const right = await desk.cli(['approve', '--content', hash.slice(0, 8), '--by', 'Jane Doe, counsel']);
  expect(right.out).toMatch(
    /^APPROVED zappos-2012: .*\nApproved at \S+ \S+ UTC by Jane Doe, counsel \(through Temporal: \S+\)\.\n$/,
  );
  expect(await row()).toMatchObject({
    approved_by: expect.stringMatching(/^Jane Doe, counsel \(/),
    approved_hash: hash,
  });
  await until('the canary is done', async () => (await row()).hold_reason !== null);
});

test('status says what it waits for and how to go on; resume then tells the rest', async () => {
  const status = await desk.cli(['status']);
  expect(status.out).toMatch(/THE RUN WAITS FOR YOU, since .*Canary done: /);
  expect(status.out).toContain(`-> npm run cli -- resume --incident ${ID}`);
  const json = JSON.parse((await desk.cli(['status', '--json'])).out);
  expect(json).toMatchObject({
    phase: 'canary',
    workflow: 'RUNNING',
    run: { waitingFor: { kind: 'canary-done' } },
  });
  const resumed = await desk.cli(['resume', '--by', 'Ben']);
  expect(resumed.out).toMatch(/^RESUMED zappos-2012, by Ben\.[\s\S]*The hold that ended: Canary done/);
});

test('a new rate is read back, and a pause stops the mail', async () => {
  const rate = await desk.cli(['set-rate', '150/s', '--by', 'Ben']);
  expect(rate.out).toContain('at most 150 a second from the next claim on, by Ben; it was 400.');
  expect((await row()).rate_per_second).toBe(150);
  const paused = await desk.cli(['pause', '--by', 'Ann', '--reason', 'look']);
  expect(paused.out).toMatch(
    /^PAUSED zappos-2012\. The gate is closed since \S+ \S+ UTC, by Ann \(through Temporal: \S+\) \(paused: look\); (no claim is alive|\d claims? alive, quiet by \d\d:\d\d:\d\d UTC)/,
  );
  expect((await row()).phase).toBe('notify');
  await until(
    'quiet',
    async () => JSON.parse((await desk.cli(['pause', '--direct', '--json'])).out).liveClaims === 0,
  );
  const quiet = accepted();
  const looked = await desk.cli(['lookup', '1042', '--json']);
  expect(looked.err).toBe('');
  expect(accepted()).toBe(quiet);
});

test('a terminated run is told of, and start goes on from the books', async () => {
  await desk.client.workflow.getHandle(workflowIdOf(ID)).terminate('by the test');
  const status = await desk.cli(['status']);
  expect(status.out).toMatch(
    /NO RUN IS GOING \(Temporal says: TERMINATED, by the test \(by .+\)\): npm start -- FILE --go goes on from the books\./,
  );
  const paused = await desk.cli(['pause']);
  expect([paused.code, paused.err]).toEqual([
    1,
    expect.stringContaining('No run of this incident is going in Temporal'),
  ]);
  const again = await desk.start([file, '--go']);
  expect(again.out).toMatch(/GOES ON from phase notify: .*started \S+ \S+ UTC by (Ann|Ben) \(login \S+\)\./);
  expect(again.out).toContain(`npm run cli -- resume --incident ${ID}`);
  expect(again.code).toBe(0);
  await until('the run has read its row', async () => (await desk.cli(['resume'])).code === 0);
  await desk.cli(['set-rate', '100000']);
  await until('closed', async () => (await row()).phase === 'closed');
});

test('a closed incident is refused with what to do instead, and nothing can be steered', async () => {
  const { code, out } = await desk.start([file, '--go']);
  expect(out).toMatch(/The incident zappos-2012 was closed for good at .*/);
  expect(out).toContain('write another id: in');
  expect(code).toBe(1);
  const rate = await desk.cli(['set-rate', '5']);
  expect([rate.code, rate.err]).toEqual([1, expect.stringContaining('is closed for good')]);
});

test('a file with problems is told in the same round that its incident is closed', async () => {
  const { out } = await desk.start([faulty()]);
  expect(out).toMatch(/STOPS THE START\n {2}- The incident zappos-2012 was closed for good at .*\n/);
  expect(out).toMatch(/NOT READY: 1 problem in the file, and one other thing stops the start/);
});

test('the proof and the verification hold', async () => {
  const report = await desk.cli(['report', '--relay-log', desk.relay.log, '--json']);
  const proof = JSON.parse(report.out);
  expect(proof).toMatchObject({ inDoubt: 0, deferred: 0, relay: { customersAcceptedTwiceOrMore: 0 } });
  expect(proof.relay.customersAcceptedOnce).toBe(proof.sent);
  expect(report.code).toBe(0);
  const verified = await desk.cli(['verify']);
  expect(verified.out).toMatch(/Everything that can be judged now holds\.\n$/);
  expect(verified.code).toBe(0);
});

test('verify names a password that lives again (I3) and an audit entry that was changed (I6)', async () => {
  const { db } = desk.database;
  const { rows } = await sql<{ id: string }>`
    SELECT customer_id AS id FROM cohort WHERE password = 'expired' LIMIT 1`.execute(db);
  const { id } = rows[0]!;
  await sql`UPDATE ${sql.id(desk.companySchema, 'customers')} SET password_hash = 'again' WHERE id = ${BigInt(id)}`.execute(
    db,
  );
  await sql`UPDATE audit SET who = 'somebody else' WHERE seq = 2`.execute(db);
  const { code, out } = await desk.cli(['verify']);
  expect(out).toContain('entry 2 was changed after it was written');
  expect(out).toContain(
    `1 passwords in customers.password_hash that were set by the cutoff still let somebody in (customers ${id})`,
  );
  expect(code).toBe(1);
});

test('several incidents that are not closed: which one, with the list', async () => {
  const { db } = desk.database;
  for (const id of ['second', 'third']) {
    await sql`INSERT INTO incidents (incident_id, title, file_hash, file, content_hash, cutoff, phase, gate, gate_reason, gate_by,
        gate_since, fence, rate_per_second, message_key, server_identity, started_by, started_at)
      SELECT ${id}, title, file_hash, file, content_hash, cutoff, 'notify', 'open', '', gate_by, gate_since, 0, 1, message_key,
        server_identity, started_by, started_at FROM incidents WHERE incident_id = ${ID}`.execute(db);
  }
  const { code, err } = await desk.cli(['pause']);
  expect(err).toMatch(
    /^Which incident\? Name it with --incident ID\. Not closed are:\n {2}third .*\n {2}second /,
  );
  expect(code).toBe(2);
  const unknown = await desk.cli(['pause', '--incident', 'fourth']);
  expect([unknown.code, unknown.err]).toEqual([
    2,
    expect.stringContaining('There is no incident fourth here. There are:'),
  ]);
  const named = await desk.cli(['pause', '--direct', '--incident', 'second']);
  expect([named.code, named.out]).toEqual([0, expect.stringContaining('PAUSED second.')]);
});
