import { amend } from '../../src/operator/amend';
import { approve } from '../../src/operator/approve';
import { pause } from '../../src/operator/pause';
import { resume } from '../../src/operator/resume';
import { until } from '../until';
import { CONTENT_HASH, type ModelIncident, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';

let run: OwnRun | undefined;
afterEach(async () => {
  const ended = run;
  run = undefined;
  await ended?.end();
});

const NEW_HASH = 'decade';
const amendTo = (proposal: number, base = 1) =>
  amend(run!.client, { incidentId: run!.incidentId, by: 'Jo', proposal, base, reason: 'a typo' });
const approveHash = (contentHash: string, version = 2) =>
  approve(run!.client, { incidentId: run!.incidentId, by: 'Ann', contentHash, version });
const goOn = () => resume(run!.client, { incidentId: run!.incidentId, by: 'Ann' });
const toldOnce = ({ accepted, customers }: ModelIncident) =>
  customers.every((id) => accepted.get(id) === 1) && accepted.size === customers.length;

/** Stands still with 50 of 200 told. */
async function amidNotices(model: ModelIncident): Promise<void> {
  model.most.told = 50;
  run = await ownRun(model);
  await run.approve();
  await until('some told', async () => model.accepted.size >= 50);
}

test('other words amid the notices: nobody further is told until they are approved, then it goes on, and nobody is told again (C103)', async () => {
  const model = modelIncident();
  model.proposals.set(7, { contentHash: NEW_HASH });
  await amidNotices(model);
  await amendTo(7);
  const waits = await run!.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  expect(waits.waitingFor!.what).toBe(
    'Jo amended the file: a typo. Nobody further is told until somebody approves the new texts; then it goes on.',
  );
  expect(waits).toMatchObject({ phase: 'notify', contentHash: NEW_HASH, approval: null, hold: null });
  const told = model.accepted.size;
  model.most.told = 200;
  await expect(approveHash(CONTENT_HASH)).rejects.toThrow(/but this run would send decade/);
  await run!.untilIdle();
  expect(model.accepted.size).toBe(told);
  await approveHash(NEW_HASH);
  await run!.result();
  expect(toldOnce(model)).toBe(true);
});

test('another pace amid the notices: it goes on by itself, at the new pace', async () => {
  const model = modelIncident();
  model.proposals.set(7, { ratePerSecond: 33 });
  await amidNotices(model);
  model.most.told = 200;
  await amendTo(7);
  await run!.result();
  expect(toldOnce(model)).toBe(true);
  expect((await run!.status()).ratePerSecond).toBe(33);
});

test('at the canary its hold stays; other words are mailed to the mailboxes once more, and nobody is told again', async () => {
  const canary = { mailboxes: 1, customers: 20, afterwards: 'hold' as const };
  const model = modelIncident({ canary: { ...canary, mark: 'first' } });
  model.proposals.set(7, { contentHash: NEW_HASH, canary: { ...canary, mark: 'second' } });
  run = await ownRun(model);
  await run.approve();
  await run.until('the canary', (status) => status.hold?.kind === 'canary-done');
  const mailed = () => model.calls.filter((name) => name === 'mailCanaryMailboxes').length;
  expect(mailed()).toBe(1);
  await amendTo(7);
  const held = await run.until('the new words', (status) => status.contentHash === NEW_HASH);
  expect(held.hold?.kind).toBe('canary-done');
  await goOn();
  await run.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  expect(mailed()).toBe(1);
  await approveHash(NEW_HASH);
  await run.until('the second canary', (status) => status.hold?.kind === 'canary-done' && mailed() === 2);
  expect(model.accepted.size).toBe(20);
  await goOn();
  await run.result();
  expect(mailed()).toBe(2);
  expect(toldOnce(model)).toBe(true);
});

test('at the canary another pace does not mail the mailboxes again', async () => {
  const canary = { mailboxes: 1, customers: 20, afterwards: 'hold' as const, mark: 'first' };
  const model = modelIncident({ canary });
  model.proposals.set(7, { ratePerSecond: 33 });
  run = await ownRun(model);
  await run.approve();
  await run.until('the canary', (status) => status.hold?.kind === 'canary-done');
  await amendTo(7);
  await run.until('the pace', (status) => status.ratePerSecond === 33);
  await goOn();
  await run.result();
  expect(model.calls.filter((name) => name === 'mailCanaryMailboxes')).toHaveLength(1);
  expect(toldOnce(model)).toBe(true);
});

test('a pause stays through an amendment', async () => {
  const model = modelIncident();
  model.proposals.set(7, { ratePerSecond: 33 });
  await amidNotices(model);
  await pause(run!.client, { incidentId: run!.incidentId, by: 'Ann' });
  await amendTo(7);
  const paused = await run!.until('the pace', (status) => status.ratePerSecond === 33);
  expect(paused.waitingFor?.kind).toBe('paused');
  model.most.told = 200;
  await goOn();
  await run!.result();
  expect(toldOnce(model)).toBe(true);
});

test('a run that begins after a terminate goes by the newest version, and waits for its approval', async () => {
  const model = modelIncident();
  model.proposals.set(7, { contentHash: NEW_HASH });
  await amidNotices(model);
  await amendTo(7);
  await run!.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  await run!.handle.terminate('by mistake');
  const told = model.accepted.size;
  model.most.told = 200;
  await run!.startAgain();
  const waits = await run!.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  expect(waits).toMatchObject({ phase: 'notify', contentHash: NEW_HASH });
  expect(model.accepted.size).toBe(told);
  await approveHash(NEW_HASH);
  await run!.result();
  expect(toldOnce(model)).toBe(true);
});

test('a run that knows of an older version, as after a reset, finds out where it looks at the gate', async () => {
  const model = modelIncident();
  await amidNotices(model);
  Object.assign(model.row, { version: 2, contentHash: NEW_HASH, approval: null });
  await run!.handle.signal('lookAtGate');
  const waits = await run!.until('the approval', (status) => status.waitingFor?.kind === 'approval');
  expect(waits.contentHash).toBe(NEW_HASH);
});

test.each([
  ['nobody', { by: ' ' }],
  ['no reason', { reason: '' }],
  ['no proposal', { proposal: 'the file' }],
  ['no version', { base: 0 }],
])('an amendment with %s is refused with what to type', async (_, wrong) => {
  run = await ownRun(modelIncident());
  const request = { by: 'Jo', proposal: 7, base: 1, reason: 'a typo', ...wrong };
  await expect(amend(run.client, { incidentId: run.incidentId, ...request } as never)).rejects.toThrow(
    'npm run cli -- amend FILE --go',
  );
});

test.each([
  ['the gate is read', true],
  ['the next phase begins', false],
])(
  'a ledger that is older than the run, as of a restored backup, when %s: it holds and says both versions (I7)',
  async (_, isLookedAt) => {
    const model = modelIncident();
    model.proposals.set(7, { contentHash: NEW_HASH });
    await amidNotices(model);
    const { approval } = model.row;
    await amendTo(7);
    await run!.until('the new words', (status) => status.contentHash === NEW_HASH);
    await approveHash(NEW_HASH);
    await run!.until('the approval', (status) => status.approval?.contentHash === NEW_HASH);
    // The older row, with its approval: nothing else tells of it.
    Object.assign(model.row, { version: 1, contentHash: CONTENT_HASH, approval });
    if (isLookedAt) await run!.handle.signal('lookAtGate');
    else model.most.told = 200;
    const { hold } = await run!.until('the hold', (status) => status.hold !== null);
    expect(hold).toMatchObject({
      kind: 'lost-commits',
      reason: expect.stringMatching(
        /has version 1 of the file \(words c0ffee\), .* by version 2 \(words decade\)/,
      ),
    });
    await run!.untilIdle();
    expect(await run!.status()).toMatchObject({ hold: { kind: 'lost-commits' } });
    model.most.told = 200;
    await goOn();
    await run!.result();
    expect(toldOnce(model)).toBe(true);
  },
);
