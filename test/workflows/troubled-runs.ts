import { ApplicationFailure } from '@temporalio/activity';
import type { ReceiverSeen } from '../../src/incident/receiver';
import type { HoldKind } from '../../src/incident/run-status';
import { amend } from '../../src/operator/amend';
import { approve } from '../../src/operator/approve';
import { pause } from '../../src/operator/pause';
import { remind } from '../../src/operator/remind';
import { resume } from '../../src/operator/resume';
import { workflowIdOf } from '../../src/operator/run-ledger';
import { until } from '../until';
import { failing, holdForLaw, type ModelIncident, modelIncident, releaseForLaw } from './model-incident';
import type { OwnRun } from './own-run';

/** Runs to which everything happens that a real night brings: their histories are kept (save-histories.ts). */

const by = 'Ann';
const held = (run: OwnRun, kind: HoldKind) =>
  run.until(kind, (now) => now.hold?.kind === kind && now.pending === null);
const goOn = ({ client, incidentId }: OwnRun) => resume(client, { incidentId, by });
const waitsFor = (run: OwnRun, kind: string) =>
  run.until(kind, (now) => now.waitingFor?.kind === kind && now.pending === null);
const NEW_HASH = 'decade';

/** Fails once, as when a database goes away for a moment: the server has it tried again. */
function failOnce({ before }: ModelIncident, name: keyof ModelIncident['activities']): void {
  before[name] = () => {
    delete before[name];
    throw ApplicationFailure.create({ message: 'the connection was lost', type: 'CONNECTION' });
  };
}

const head = (seq: number) => ({ seq, hash: seq.toString(16).padStart(64, '0'), problem: null });

export function troubledModel(): ModelIncident {
  const model = modelIncident({
    customers: 80,
    calls: true,
    canary: { mailboxes: 1, customers: 20, afterwards: 'hold' },
    batchMilliseconds: 5,
  });
  model.audit = head(2);
  model.proposals.set(7, { contentHash: NEW_HASH });
  model.before.verifyExpiry = failing('the table is gone', 'TABLE_MISSING');
  model.problems.push(['1 customer of the cohort has no notice']);
  model.alive.push([{ what: 'customers came back', count: 1, todo: 'resume takes them in' }]);
  // The last ten are put off, once.
  const putOff = new Set(model.customers.slice(-10));
  model.outcome = (id) => (putOff.delete(id) ? 'deferred' : 'sent');
  model.deferredUntil = Number.POSITIVE_INFINITY;
  tellOfReceiver(model);
  return model;
}

/** Failed and retried activities, breaker, lost commits, amendment, law, a receiver that waits, timers, close refused, reopening. */
export async function troubledRun(run: OwnRun, model: ModelIncident): Promise<void> {
  const { client, incidentId, handle } = run;
  await handle.signal('puase', { by });
  await held(run, 'activity-failed');
  delete model.before.verifyExpiry;
  await goOn(run);
  await waitsFor(run, 'approval');
  model.audit = head(3);
  failOnce(model, 'enterPhase');
  await run.approve();
  await held(run, 'canary-done');

  model.most.told = 40;
  await goOn(run);
  await until('forty to be told', () => model.accepted.size >= 40);
  const { fence } = model.row.gate;
  const since = new Date().toISOString();
  model.row.gate = {
    gate: 'closed',
    by: 'the breaker',
    reason: '20 in a row: 554 5.7.1',
    since,
    fence: fence + 1,
  };
  await waitsFor(run, 'paused');
  // Closed once more: it still waits for the same, in other words.
  model.row.gate = { ...model.row.gate, by: 'Carl', reason: 'paused: relay on fire', fence: fence + 2 };
  await handle.signal('lookAtGate');
  await run.until('the next words', (now) => now.gate?.by === 'Carl' && now.pending === null);
  await goOn(run);
  await run.until('the gate', (now) => now.gate?.gate === 'open' && now.pending === null);
  await until('slices', () => model.calls.at(-1) === 'notifySlice');
  model.stopSlice = { kind: 'lost-commits', reason: 'It has lost decisions.' };
  await held(run, 'lost-commits');
  await goOn(run);
  await run.until('the gate', (now) => now.hold === null && now.pending === null);

  await amend(client, { incidentId, by, proposal: 7, base: 1, reason: 'a typo' });
  await waitsFor(run, 'approval');
  await approve(client, { incidentId, by, contentHash: NEW_HASH, version: 2 });
  holdForLaw(model, 'an agency asked');
  await handle.signal('lookAtGate');
  await waitsFor(run, 'law-enforcement');
  releaseForLaw(model);
  await handle.signal('lookAtGate');
  await run.until('the release', (now) => now.gate?.gate === 'open' && now.pending === null);

  model.deferredUntil = Date.now() + 4_000;
  model.most.told = Number.POSITIVE_INFINITY;
  await waitsFor(run, 'deferred');
  await held(run, 'close-refused');
  await goOn(run);
  await held(run, 'verify-findings');
  model.customers.push('000000999');
  await goOn(run);
  await held(run, 'canary-done');
  await goOn(run);
}

/** Whom they wait for, as the books tell it. */
function tellOfReceiver(model: ModelIncident): void {
  const { surveyNotices } = model.activities;
  const receiver: ReceiverSeen = {
    ...{ name: 'big.test', state: 'aside', customers: 20, reason: '550 5.7.1' },
    ...{ since: new Date().toISOString(), nextTryAt: new Date(Date.now() + 4_000).toISOString() },
  };
  model.activities.surveyNotices = async (input) => {
    const survey = await surveyNotices(input);
    return survey.notices.deferred ? { ...survey, receivers: [receiver] } : survey;
  };
}

export function renewedModel(): ModelIncident {
  const model = modelIncident({
    customers: 60,
    rangeKeys: 10,
    remindAfter: 0,
    canary: { mailboxes: 1, customers: 20, afterwards: 'hold' },
  });
  model.findings.push([{ what: 'sessions', count: 1, todo: 'look' }]);
  model.problems.push(['1 customer of the cohort has no notice']);
  model.outcome = (id) => (id === '000000042' ? 'in_doubt' : 'sent');
  return model;
}

/** Steered while it stands in each phase, so that it continues as new in each. */
export async function renewedRun(run: OwnRun, model: ModelIncident): Promise<void> {
  const { client, incidentId } = run;
  /** Two words while it waits: events enough for the next run. */
  const closeAndOpen = async () => {
    const { fence = 0 } = (await run.status()).gate ?? {};
    await pause(client, { incidentId, by });
    await run.until('the pause', (now) => now.gate?.fence === fence + 1 && now.pending === null);
  };
  await held(run, 'verify-findings');
  await closeAndOpen();
  await goOn(run);
  await waitsFor(run, 'approval');
  await closeAndOpen();
  await run.approve();
  await goOn(run);
  await held(run, 'canary-done');
  await closeAndOpen();
  await goOn(run);
  await held(run, 'in-doubt');
  await closeAndOpen();
  model.notices.set('000000042', 'left');
  model.outcome = () => 'sent';
  await goOn(run);
  await held(run, 'reminder');
  await remind(client, { incidentId, by });
  await held(run, 'close-refused');
  await closeAndOpen();
  await goOn(run);
}

/** Stopped before it began, by `pause --direct`. */
export function unseenModel(): ModelIncident {
  const model = modelIncident({ customers: 20 });
  const since = new Date().toISOString();
  model.row.gate = { gate: 'closed', reason: 'paused', by: 'Carl, pause --direct', since, fence: 2 };
  model.outcome = (id) => (id === '000000012' ? 'in_doubt' : 'sent');
  return model;
}

/** A resume from before its first task, which saw nothing, and somebody in doubt. */
export async function unseenRun(run: OwnRun, model: ModelIncident): Promise<void> {
  await run.until('the refusal', (now) => Boolean(now.refused) && now.pending === null);
  await run.handle.signal('resume');
  await run.approve();
  await held(run, 'in-doubt');
  model.notices.set('000000012', 'left');
  await goOn(run);
}

/** To its first task, as the Web UI does it: an old resume is said again, and opens nothing. */
export async function resetRun(run: OwnRun, model: ModelIncident): Promise<void> {
  const { client, incidentId, handle } = run;
  await waitsFor(run, 'approval');
  await pause(client, { incidentId, by });
  await handle.signal('resume');
  await run.until('the resume', (now) => now.gate?.gate === 'open' && now.pending === null);
  const since = new Date().toISOString();
  model.row.gate = { gate: 'closed', reason: 'paused', by: 'Carl, pause --direct', since, fence: 2 };
  const { runId } = await run.status();
  const { events } = await handle.fetchHistory();
  const first = events!.find((event) => event.workflowTaskCompletedEventAttributes)!;
  await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: workflowIdOf(incidentId) },
    workflowTaskFinishEventId: first.eventId ?? null,
    requestId: `reset ${runId}`,
  });
  await run.until(
    'the refusal',
    (now) => now.runId !== runId && Boolean(now.refused) && now.pending === null,
  );
  await handle.signal('resume');
  await run.until('the gate', (now) => now.gate?.gate === 'open' && now.pending === null);
  await run.approve();
}
