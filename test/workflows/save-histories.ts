import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { cancel } from '../../src/operator/cancel';
import { pause } from '../../src/operator/pause';
import { remind } from '../../src/operator/remind';
import { resume } from '../../src/operator/resume';
import { setRate } from '../../src/operator/set-rate';
import { type ModelIncident, modelIncident } from './model-incident';
import { type OwnRun, ownRun } from './own-run';
import { carriedPhase } from './read-history';
import {
  renewedModel,
  renewedRun,
  runThatIsReset,
  troubledModel,
  troubledRun,
  unseenModel,
  unseenRun,
} from './troubled-runs';

export const historiesFolder = join(__dirname, '..', 'histories');

/**
 * Makes histories that replay.test.ts replays, those named or 'all': `SAVE_HISTORIES=reminded npm test -- test/workflows/replay`.
 * An old one anew only after a change that no run in the field may meet half-way; otherwise keep it and branch with `patched`.
 */
export async function saveHistories(names: string): Promise<void> {
  const save = async (name: string, ...how: [ModelIncident, Options, Steer]) => {
    if (names === 'all' || names.split(',').includes(name)) await saveHistory(name, ...how);
  };
  const canary = { mailboxes: 1, customers: 20, afterwards: 'hold' as const };
  await save('steered', modelIncident({ customers: 60, batchMilliseconds: 50, canary }), {}, async (run) => {
    const { client, incidentId } = run;
    await run.approve();
    await setRate(client, { incidentId, perSecond: 300, by: 'Ann' });
    await run.until('the canary', (status) => status.hold?.kind === 'canary-done' && status.pending === null);
    await resume(client, { incidentId, by: 'Ann' });
    await run.until('the notices', (status) => status.phase === 'notify');
    await pause(client, { incidentId, by: 'Ann' });
    await resume(client, { incidentId, by: 'Ann' });
  });
  await save('continued', modelIncident({ customers: 100 }), { continueAsNewAfterEvents: 15 }, (run) =>
    run.approve(),
  );
  const doubtful = modelIncident({ customers: 30 });
  doubtful.outcome = () => 'in_doubt';
  doubtful.findings.push([{ what: 'sessions', count: 1, todo: 'look' }]);
  await save('cancelled', doubtful, {}, async (run) => {
    const { client, incidentId } = run;
    await run.until('the findings', (status) => status.hold?.kind === 'verify-findings');
    await resume(client, { incidentId, by: 'Ann' });
    await run.approve();
    await run.until('the doubt', (status) => status.hold?.kind === 'in-doubt');
    await run.handle.cancel();
    await run.until(
      'the request',
      (status) => status.hold?.kind === 'cancellation-requested' && status.pending === null,
    );
    await cancel(client, { incidentId, by: 'Ann', confirm: true });
  });
  await save('numbered', modelIncident({ customers: 20 }), {}, (run) => run.approve());
  await save(
    'reminded',
    modelIncident({ customers: 60, batchMilliseconds: 50, remindAfter: 0 }),
    {},
    async (run) => {
      const { client, incidentId } = run;
      await run.approve();
      await run.until('the hold', (status) => status.hold?.kind === 'reminder');
      await resume(client, { incidentId, by: 'Ann' });
      await remind(client, { incidentId, by: 'Ann' });
      await run.until('the reminder', (status) => status.phase === 'remind');
      await pause(client, { incidentId, by: 'Ann' });
      await resume(client, { incidentId, by: 'Ann' });
    },
  );
  const troubled = troubledModel();
  await save('troubled', troubled, {}, (run) => troubledRun(run, troubled));
  const renewed = renewedModel();
  await save('renewed', renewed, { continueAsNewAfterEvents: 12 }, (run) => renewedRun(run, renewed));
  const unseen = unseenModel();
  await save('unseen', unseen, { signalsFirst: [['resume', undefined]] }, (run) => unseenRun(run, unseen));
  const reset = modelIncident({ customers: 20 });
  await save('reset', reset, {}, (run) => runThatIsReset(run, reset));
}

type Options = NonNullable<Parameters<typeof ownRun>[1]>;
type Steer = (run: OwnRun) => Promise<unknown>;

async function saveHistory(
  name: string,
  model: ModelIncident,
  options: Options,
  steer: Steer,
): Promise<void> {
  const run = await ownRun(model, options);
  try {
    await steer(run);
    await run.result();
    const { runId } = await run.handle.describe();
    const found = await run.histories();
    // A replay takes a run for the one that it was before any reset; a worker that goes through a history knows better.
    found.at(-1)!.events![0]!.workflowExecutionStartedEventAttributes!.originalExecutionRunId = runId;
    const histories = found.map((history) => small(historyToJSON(history)));
    for (const [part, history] of partsOf(histories))
      writeFileSync(join(historiesFolder, `${[name, ...part].join('-')}.json`), history);
  } finally {
    await run.end();
  }
}

/** Of a run that continued as new the first one, and the first that begins in each phase, by its name: enough, and small. */
function partsOf(histories: string[]): [part: string[], history: string][] {
  const [first, ...others] = histories;
  if (others.length === 0) return [[[], first!]];
  const parts = new Map([['start', first!]]);
  for (const history of others) {
    const phase = carriedPhase(JSON.parse(history));
    if (phase !== null && !parts.has(phase)) parts.set(phase, history);
  }
  return [...parts].map(([part, history]) => [[part], history]);
}

/** On one line, without the names of the process and the machine that made it, where that has its files, and what only the server numbers. */
function small(json: string): string {
  const less = (key: string, value: unknown) => {
    if (LEFT_OUT.includes(key)) return undefined;
    return typeof value === 'string' && /^\d+@/.test(value) ? 'worker' : value;
  };
  return `${JSON.stringify(JSON.parse(json), less)}\n`;
}

const LEFT_OUT = [
  'taskId',
  'workerVersion',
  'meteringMetadata',
  'historySizeBytes',
  'requestId',
  'stackTrace',
];
