import { patched } from '@temporalio/workflow';
import { canaryDetail, type RelayLogChecked } from '../../incident/hold-reason';
import { planOfRange } from '../../incident/range-plan';
import type { Phase } from '../../incident/vocabulary';
import { ask, isExhausted, LOG_READING, SCAN, SLICE } from '../activities-of-run';
import { hold, insist, untilMayGo } from '../holds';
import { walkPlan } from '../lanes';
import { noticeWork, survey } from '../notice-work';
import { whileObeying } from '../obey';
import type { Run } from '../run-state';

/** The company's own mailboxes, then the first customers; then an operator looks, or it goes on, as the file says. */
export async function canary(run: Run): Promise<Phase> {
  const { state } = run;
  const { mailboxes, customers, afterwards } = state.row!.canary;
  await untilMayGo(run);
  if (state.resumedFrom === 'canary-done') return 'notify';
  if (state.plan === null) {
    if (mailboxes > 0) await mailMailboxes(run);
    const range =
      customers === 0
        ? null
        : await insist(run, () =>
            ask(run, 'canaryRange', { customers }, `the first ${customers} customers`, SCAN),
          );
    if (range) state.plan = planOfRange(range);
  }
  if (state.plan) await walkPlan(run, state.plan, noticeWork(run, ['notify-1']));
  if (afterwards === 'continue' || (mailboxes === 0 && state.plan === null)) return 'notify';
  const { notices } = await survey(run, 'notice');
  await hold(run, 'canary-done', canaryDetail(notices, await checkLog(run)));
  return 'notify';
}

/** The run can do without: where it fails, the canary's words say nothing of the log. */
async function checkLog(run: Run): Promise<RelayLogChecked | null> {
  if (!patched('canary-log-check')) return null;
  try {
    const summary = "whether the relay's log can be believed";
    return await whileObeying(run, ask(run, 'checkRelayLog', {}, summary, LOG_READING));
  } catch (error) {
    if (!isExhausted(error)) throw error;
    return null;
  }
}

async function mailMailboxes(run: Run): Promise<void> {
  const { refused } = await insist(run, () =>
    ask(run, 'mailCanaryMailboxes', {}, "the company's own mailboxes", SLICE),
  );
  if (refused.length > 0) {
    const detail = `${refused.slice(0, 5).join('; ')}. Look at the relay; resume goes on with the first customers.`;
    await hold(run, 'canary-refused', detail);
  }
}
