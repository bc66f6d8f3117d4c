import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { taskFailure } from '../../src/activities/task-failure';
import { CHANGES, CODE, codeInMemo, olderThan } from '../../src/workflows/code-version';
import { taskQueueOf } from '../../src/workflows/messages';
import { filesBelow, root } from '../imports';
import { until } from '../until';
import { modelIncident } from './model-incident';
import { ownRun } from './own-run';

/** What the code gives to `patched`: a name, or a constant that has it. */
function marked(): string[] {
  const code = filesBelow(join(root, 'src', 'workflows'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  return [...code.matchAll(/\bpatched\(('?)([\w-]+)'?\)/g)].map(([, quote, name]) =>
    quote ? name! : new RegExp(`const ${name} = '([\\w-]+)'`).exec(code)![1]!,
  );
}

test('every change that a history names counts, so that older code knows that it is older (C50)', () => {
  expect([...new Set(marked())].sort()).toEqual([...CHANGES].sort());
  expect(CODE).toBe(CHANGES.length);
});

test('code that is newer than the run goes on with it, older code does not', () => {
  expect([olderThan(null), olderThan(CODE), olderThan(CODE - 1)]).toEqual([null, null, null]);
  expect(olderThan(CODE + 1)).toContain('newer workflow code');
  expect([codeInMemo({ code: 7 }), codeInMemo({ code: 'x' }), codeInMemo(undefined)]).toEqual([
    7,
    null,
    null,
  ]);
});

test('the memo has the number from the first reading on, and each run that continues begins with it', async () => {
  const run = await ownRun(modelIncident({ customers: 100 }), { continueAsNewAfterEvents: 15 });
  await run.approve();
  await run.result();
  const histories = await run.histories();
  expect(histories.length).toBeGreaterThan(2);
  const codes = histories.slice(1).map(({ events }) => {
    const { memo } = events![0]!.workflowExecutionStartedEventAttributes!;
    return defaultPayloadConverter.fromPayload(memo!.fields!.code!);
  });
  expect(new Set(codes)).toEqual(new Set([CODE]));
  const { memo } = await run.handle.describe();
  // What a run says later wins over what the first one began with.
  expect([codeInMemo(memo), memo!.phase]).toEqual([CODE, 'closed']);
  await run.end();
});

test('a run that newer code has carried over is not read by older code', async () => {
  const run = await ownRun(modelIncident({ customers: 1 }));
  const workflowId = `${run.incidentId}-carried`;
  const carried = { code: CODE + 1 };
  await run.client.workflow.start('breachResponse', {
    ...{ workflowId, taskQueue: taskQueueOf(run.incidentId) },
    args: [{ incidentId: run.incidentId, ledgerId: run.incidentId, carried }],
  });
  await until('its refusal', async () => {
    const failed = await taskFailure(run.client, workflowId);
    return failed?.why === olderThan(CODE + 1);
  });
  await run.client.workflow.getHandle(workflowId).terminate('the test is over');
  await run.end();
});
