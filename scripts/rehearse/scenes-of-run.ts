import { setTimeout as sleep } from 'node:timers/promises';
import { pause } from '../../src/operator/pause';
import { resume as resumeRun } from '../../src/operator/resume';
import { workflowIdOf } from '../../src/workflows/messages';
import { cli, worker } from './commands';
import type { Scene } from './scene';
import type { Stage } from './stage';
import { goOnFast, looksPaused, nothingGoesOut, paused, resume } from './usual-acts';

/** Slow enough that a person finds the run at work. */
const SLOWLY = { 'pace.perSecond': 2 };
const someTold = (stage: Stage) =>
  stage.until('the first notices', async () => (await stage.accepted()) >= 3);

/** What becomes of the run itself: gate, worker, Temporal. */
export const SCENES_OF_RUN: readonly Scene[] = [
  {
    name: 'pause',
    title: 'stop at once',
    customers: 60,
    begins: 'amid the notices',
    settings: SLOWLY,
    acts: [
      { kind: 'happens', words: 'Notices go out. Counsel calls: stop, at once.', deed: someTold },
      paused(),
      looksPaused,
      nothingGoesOut,
      goOnFast,
      resume,
    ],
  },
  {
    name: 'dead-worker',
    title: 'the worker dies',
    customers: 60,
    begins: 'amid the notices',
    prepare: (stage) => stage.relay({ add: { at: 'data', after: 10, action: 'stall' } }),
    acts: [
      {
        kind: 'happens',
        words: 'Ten are told; then the machine of the worker loses its power (kill -9).',
        deed: async (stage) => {
          await stage.until('ten to be told', async () => (await stage.accepted()) === 10);
          await sleep(500); // the worker reads the last answer
          await stage.parts.end('worker-1', 'SIGKILL');
          await stage.relay({ clear: true });
        },
      },
      {
        kind: 'look',
        at: 'that no worker answers. A monitor asks the same, and gets exit code 1 (status --check).',
        command: cli('status'),
        shows: /NO WORKER/,
      },
      {
        kind: 'type',
        why: 'Start another, in a terminal of its own (on any machine with the same three addresses). It takes over.',
        command: worker,
        done: async (stage) => (await stage.accepted()) > 10,
      },
    ],
  },
  {
    name: 'temporal',
    title: 'Temporal is gone, and you must stop the mail',
    customers: 60,
    begins: 'amid the notices',
    settings: SLOWLY,
    acts: [
      {
        kind: 'happens',
        words: 'Temporal dies. Workers go on with what they have begun. Counsel calls: stop, at once.',
        deed: async (stage) => {
          await someTold(stage);
          await stage.parts.end('temporal', 'SIGKILL');
        },
      },
      {
        kind: 'look',
        at: 'that Temporal does not answer, and what the books say.',
        command: cli('status'),
        shows: /Temporal at .* does not work/,
      },
      paused('--direct'),
      nothingGoesOut,
      {
        kind: 'happens',
        words: 'Temporal is started again.',
        deed: (stage) => stage.parts.begin('temporal'),
      },
      looksPaused,
      resume,
      goOnFast,
    ],
  },
  {
    name: 'reset',
    title: 'somebody resets the run',
    customers: 60,
    begins: 'amid the notices',
    settings: SLOWLY,
    acts: [
      {
        kind: 'happens',
        words: 'Earlier tonight somebody had paused and resumed. Now counsel wants the run to stand still.',
        deed: async (stage) => {
          const { client, incidentId } = stage;
          await someTold(stage);
          await pause(client, { incidentId, by: 'Ben', reason: 'a look at the relay' });
          await resumeRun(client, { incidentId, by: 'Ben' });
          await stage.until('the resume', async () => (await stage.row())!.gate === 'open');
        },
      },
      paused('--direct'),
      {
        kind: 'happens',
        words:
          'A colleague finds "Reset" in the Web UI, and resets the run to its beginning: Ben\'s old resume is said again.',
        deed: reset,
      },
      {
        kind: 'look',
        at: "REFUSED: Ben's old resume. It is paused still.",
        command: cli('status'),
        shows: /REFUSED: the resume of Ben[\s\S]*counsel reads the texts again/,
      },
      {
        kind: 'happens',
        words:
          "And the worker's machine is started anew: the next worker goes through the whole history of the run.",
        deed: async ({ parts }) => {
          await parts.end('worker-1', 'SIGKILL');
          await parts.begin('worker-1');
        },
      },
      {
        kind: 'look',
        at: 'that it still is, and that this worker answers.',
        command: cli('status'),
        shows: /THE RUN WAITS FOR YOU[^\n]*counsel reads the texts again/,
      },
      nothingGoesOut,
      resume,
      goOnFast,
    ],
  },
];

/** As the Web UI does it: to the first workflow task. */
async function reset({ client, incidentId, until }: Stage): Promise<void> {
  const workflowId = workflowIdOf(incidentId);
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const first = events!.find((event) => event.workflowTaskCompletedEventAttributes)!;
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    workflowTaskFinishEventId: first.eventId ?? null,
    requestId: `reset ${runId}`,
  });
  await until('the run after the reset', async () => (await handle.describe()).runId !== runId);
}
