import { until } from '../until';
import { CONTENT_HASH, failing, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

test('the phases follow each other, and everybody is told once (I1, I2, I4)', async () => {
  const model = modelIncident({ canary: { mailboxes: 2, customers: 30, afterwards: 'continue' } });
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  await run.untilIdle();
  expect(model.accepted.size).toBe(0);
  expect(model.cohort.size).toBe(200);
  await run.approve();
  const result = await run.result();
  expect(model.row.phases).toEqual(['verify', 'approval', 'canary', 'notify', 'settle', 'close', 'closed']);
  expect(result).toMatchObject({
    phase: 'closed',
    counts: { cohort: { expired: 200 }, notices: { sent: 200 } },
  });
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
  expect(model.accepted.size).toBe(200);
  expect(model.calls[0]).toBe('adoptRun');
});

test('what verify finds holds the run; resume expires once more, verifies again and goes on (I3)', async () => {
  const model = modelIncident();
  model.findings.push([
    { what: 'sessions older than the expiry', count: 3, todo: 'look at the login service' },
  ]);
  run = await ownRun(model);
  const held = await run.until('the hold', (status) => status.hold?.kind === 'verify-findings');
  expect(held.hold!.reason).toContain('3 sessions older than the expiry (look at the login service)');
  // The workflow holds first and writes it to the row a moment later.
  await until(
    'the reason on the row',
    () => model.row.hold?.reason === held.hold!.reason,
    () => model.row.hold,
  );
  await run.handle.signal('resume', { by: 'Ann' });
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  expect(model.row.phases).toEqual(['verify', 'expire', 'verify', 'approval']);
  expect(model.row.hold).toBeNull();
});

test('after the canary it holds where the file says so, and resume tells the rest', async () => {
  const model = modelIncident({ canary: { mailboxes: 1, customers: 30, afterwards: 'hold' } });
  run = await ownRun(model);
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'canary-done');
  expect(held.hold!.reason).toBe(
    "Canary done: 30 sent. Look at what arrived; resume goes on with the rest. The relay's log can be believed: all 30 known messages are in it under our own Message-ID.",
  );
  expect(model.accepted.size).toBe(30);
  await run.handle.signal('resume');
  await run.result();
  expect(model.accepted.size).toBe(200);
  expect(model.calls.filter((name) => name === 'mailCanaryMailboxes')).toHaveLength(1);
});

test('refused canary mailboxes hold the run even where the file says go on', async () => {
  const model = modelIncident({ canary: { mailboxes: 1, customers: 30, afterwards: 'continue' } });
  model.activities.mailCanaryMailboxes = async () => ({
    sent: 2,
    refused: ['expired to mailbox 1: refused 550'],
  });
  run = await ownRun(model);
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'canary-refused');
  expect(held.hold!.reason).toContain('expired to mailbox 1: refused 550');
  expect(model.accepted.size).toBe(0);
});

test('canary mailboxes that take several slices: what the relay refused in any of them holds the run, once each', async () => {
  const model = modelIncident({ canary: { mailboxes: 3, customers: 0, afterwards: 'continue' } });
  const slices = [
    { sent: 1, refused: ['x to mailbox 1: refused 550'], more: true },
    { sent: 0, refused: ['x to mailbox 2: refused 551'], gateClosed: true },
    { sent: 0, refused: ['x to mailbox 2: refused 551'], more: true },
    { sent: 1, refused: [], more: false },
  ];
  model.activities.mailCanaryMailboxes = async () => slices.shift()!;
  run = await ownRun(model);
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'canary-refused');
  expect(held.hold!.reason).toContain('x to mailbox 1: refused 550; x to mailbox 2: refused 551.');
  expect(slices).toEqual([]);
});

test('an approval given before its phase is recorded, and not asked for again', async () => {
  const model = modelIncident();
  model.most.expired = 50;
  run = await ownRun(model);
  await run.until('expiring', (status) => status.phase === 'expire' && status.counts.cohort.expired > 0);
  await run.approve();
  model.most.expired = 200;
  await run.result();
  expect(model.row.approval).toMatchObject({ by: 'Jane Doe, counsel', contentHash: CONTENT_HASH });
});

test('what is released or deferred is told by further passes, once (I1, I2)', async () => {
  const model = modelIncident();
  model.deferredUntil = Date.now() + 86_400_000;
  const times = new Map<string, number>();
  model.outcome = (id) => {
    times.set(id, (times.get(id) ?? 0) + 1);
    if (times.get(id)! > 1) return 'sent';
    return id.endsWith('7') ? 'released' : id.endsWith('3') ? 'deferred' : 'sent';
  };
  run = await ownRun(model);
  await run.approve();
  const waiting = await run.until('the wait', (status) => status.waitingFor?.kind === 'deferred');
  expect(waiting.nextRetryAt).toBe(new Date(model.deferredUntil).toISOString());
  expect(waiting.counts.notices).toEqual({ sent: 180, deferred: 20 });
  model.deferredUntil = Date.now();
  await run.handle.signal('resume'); // looks again now
  expect((await run.result()).counts.notices).toEqual({ sent: 200 });
  expect([...model.accepted.values()].every((count) => count === 1)).toBe(true);
});

test('notices in doubt hold the run until they are settled, and are never sent again by it (I2)', async () => {
  const model = modelIncident();
  model.outcome = (id) => (id === '000000042' ? 'in_doubt' : 'sent');
  run = await ownRun(model);
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'in-doubt');
  expect(held.hold!.reason).toMatch(/^In doubt: 1 notice may or may not/);
  await run.handle.signal('resume');
  await run.until(
    'the next hold',
    (status) => status.hold?.kind === 'in-doubt' && status.hold.since !== held.hold!.since,
  );
  model.notices.set('000000042', 'left');
  await run.handle.signal('resume');
  expect((await run.result()).counts.notices).toEqual({ sent: 199, left: 1 });
});

test('a pass that brings nobody an answer holds instead of going round for ever', async () => {
  const model = modelIncident();
  model.outcome = (id) => (id === '000000042' ? 'released' : 'sent');
  run = await ownRun(model);
  await run.approve();
  await run.until('the hold', (status) => status.hold?.kind === 'no-progress');
  model.outcome = () => 'sent';
  await run.handle.signal('resume');
  await run.result();
  expect(model.accepted.size).toBe(200);
});

test('books that do not add up hold the run with what is wrong; resume settles and closes again (I1)', async () => {
  const model = modelIncident();
  model.problems.push(['1 customer of the cohort has no notice']);
  run = await ownRun(model);
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'close-refused');
  expect(held.hold!.reason).toContain('1 customer of the cohort has no notice');
  await run.handle.signal('resume');
  expect((await run.result()).phase).toBe('closed');
});

test('what lives again at the close leads back to the expiry, and who came in with it is told (I1, I3)', async () => {
  const model = modelIncident();
  model.alive.push([{ what: 'customers came back', count: 1, todo: 'resume takes them in' }]);
  run = await ownRun(model);
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'verify-findings');
  expect(held.phase).toBe('close');
  expect(held.hold!.reason).toContain('1 customers came back (resume takes them in)');
  model.customers.push('000000999');
  await run.handle.signal('resume', { by: 'Ann' });
  await run.result();
  const again = ['expire', 'verify', 'approval', 'canary', 'notify', 'settle', 'close', 'closed'];
  expect(model.row.phases.slice(-8)).toEqual(again);
  expect(model.accepted.get('000000999')).toBe(1);
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});

test('an activity that fails for good holds with what an operator can act on; resume goes on', async () => {
  const model = modelIncident();
  model.before.notifySlice = failing('The relay cannot be reached', 'ECONNREFUSED');
  run = await ownRun(model);
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'activity-failed');
  expect(held.hold!.reason).toBe(
    'Failed after repeated attempts: Mailing notices. The relay cannot be reached [ECONNREFUSED]. Fix the cause; resume then goes on where the run stopped.',
  );
  delete model.before.notifySlice;
  await run.handle.signal('resume');
  await run.result();
  expect(model.accepted.size).toBe(200);
});

test('even the first reading of the row may fail: the run holds, and resume reads it', async () => {
  const model = modelIncident();
  model.before.adoptRun = failing('The ledger has no incident', 'UnknownIncident');
  run = await ownRun(model);
  await run.until('the hold', (status) => status.hold?.kind === 'activity-failed');
  delete model.before.adoptRun;
  await run.handle.signal('resume');
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
});

test('decisions that the database has lost hold the run before the first mailbox, and it goes on from there', async () => {
  const model = modelIncident({ canary: { mailboxes: 1, customers: 5, afterwards: 'continue' } });
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  model.stopSlice = { kind: 'lost-commits', reason: 'It has lost decisions' };
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'lost-commits');
  expect([held.hold!.reason, held.phase]).toEqual([
    'The database is not as the run left it: It has lost decisions',
    'canary',
  ]);
  expect(model.accepted.size).toBe(0);
  await run.handle.signal('resume');
  await run.result();
  expect(model.calls.filter((name) => name === 'mailCanaryMailboxes')).toHaveLength(2);
});

test('a slice that asks for an operator holds the run with its words', async () => {
  const model = modelIncident();
  run = await ownRun(model);
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  model.stopSlice = { kind: 'lost-commits', reason: 'It has lost claims' };
  await run.approve();
  const held = await run.until('the hold', (status) => status.hold?.kind === 'lost-commits');
  expect(held.hold!.reason).toBe('The database is not as the run left it: It has lost claims');
  await run.handle.signal('resume');
  await run.result();
  expect([...model.accepted.values()].every((times) => times === 1)).toBe(true);
});
