import { patched } from '@temporalio/workflow';
import {
  canaryDetail,
  closeRefusedDetail,
  findingsDetail,
  type RelayLogChecked,
} from '../incident/hold-reason';
import { expireRangeSize, newPlan, planOfRange, rangeSize } from '../incident/range-plan';
import { afterNotices, reminderDetail } from '../incident/reminder';
import type { Phase } from '../incident/vocabulary';
import { ask, askSlice, isExhausted, logReading, scan, slice } from './activities-of-run';
import { hold, insist, untilMayGo } from './holds';
import { lookAtGate, walkPlan } from './lanes';
import { noticeLanes, noticeWork, settleWave, survey } from './notice-work';
import { whileObeying } from './obey';
import type { Run } from './run-state';

/** Every password that the thief may hold dies, and with it what it opened; this freezes the cohort (I1, I3). */
export async function expire(run: Run): Promise<Phase> {
  const { state } = run;
  const { expireLanes, frontier } = state.row!;
  const plan = state.plan ?? newPlan('customers', expireRangeSize(state.total, expireLanes), frontier);
  await walkPlan(run, plan, {
    lanes: () => Array.from({ length: expireLanes }, (_, i) => `expire-${i + 1}`),
    slice: (input) => askSlice(run, slice.expireSlice, input, `lane ${input.lane}`),
    count: ({ revoked, ...cohort }) => {
      const { counts } = state;
      counts.revoked += revoked;
      counts.cohort.expired += cohort.expired;
      counts.cohort.changed_since += cohort.changed_since;
      counts.cohort.none += cohort.none;
      return cohort.expired + cohort.changed_since + cohort.none;
    },
  });
  return 'verify';
}

/** Looks at the company's own tables: what is still alive holds the run (I3). `resume` runs the expiry again. */
export async function verify(run: Run): Promise<Phase> {
  const { state } = run;
  await untilMayGo(run);
  if (state.resumedFrom === 'verify-findings') return 'expire';
  const { clean, findings } = await insist(run, () =>
    ask(run, scan.verifyExpiry, {}, 'is anything from before the cutoff alive?'),
  );
  if (clean) return 'approval';
  await hold(run, 'verify-findings', findingsDetail(findings));
  return 'expire';
}

/** Nobody is told before somebody has signed the texts. The approval may have come at any time before. */
export async function awaitApproval(run: Run): Promise<Phase> {
  await untilMayGo(run, () => run.state.approval !== null);
  return 'canary';
}

/**
 * The company's own mailboxes, then the first customers; then an operator looks, or it goes on, as the file says. Where the words, the
 * mailboxes or the number of customers were amended meanwhile, once more: the mailboxes see what is new, and nobody is told again.
 */
export async function canary(run: Run): Promise<Phase> {
  const { state } = run;
  await untilMayGo(run);
  for (;;) {
    const mark = state.row!.canary.mark ?? null;
    const isSame = mark === (state.canaryMark ?? mark);
    const isDone = state.resumedFrom === 'canary-done' && isSame;
    if (!isSame) state.plan = null;
    if (isDone || (await doCanary(run, mark))) return 'notify';
    state.resumedFrom = null;
  }
}

/** @returns false: it was amended meanwhile. */
async function doCanary(run: Run, mark: string | null): Promise<boolean> {
  const { state } = run;
  const { mailboxes, customers, afterwards } = state.row!.canary;
  const isAmended = () => (state.row!.canary.mark ?? null) !== mark;
  state.canaryMark = mark;
  if (state.plan === null) {
    if (mailboxes > 0) await mailMailboxes(run);
    if (isAmended()) return false;
    const range =
      customers === 0
        ? null
        : await insist(run, () =>
            ask(run, scan.canaryRange, { customers }, `the first ${customers} customers`),
          );
    if (range) state.plan = planOfRange(range);
  }
  if (state.plan)
    await walkPlan(
      run,
      state.plan,
      noticeWork(run, () => ['notify-1']),
    );
  if (isAmended()) return false;
  if (afterwards === 'continue' || (mailboxes === 0 && state.plan === null)) return true;
  const { notices } = await survey(run, 'notice');
  await hold(run, 'canary-done', canaryDetail(notices, await checkLog(run)));
  return !isAmended();
}

/** The run can do without this: if it fails, the canary's words do not mention the log. */
async function checkLog(run: Run): Promise<RelayLogChecked | null> {
  if (!patched('canary-log-check')) return null;
  try {
    const summary = "whether the relay's log can be believed";
    return await whileObeying(run, ask(run, logReading.checkRelayLog, {}, summary));
  } catch (error) {
    if (!isExhausted(error)) throw error;
    return null;
  }
}

/** A worker that dies amid them leaves it to the next one to mail those of its slice again. */
const MAILBOX_SLICE_SECONDS = 8;

async function mailMailboxes(run: Run): Promise<void> {
  const input = { sliceSeconds: MAILBOX_SLICE_SECONDS };
  const mail = () =>
    insist(run, () => ask(run, slice.mailCanaryMailboxes, input, "the company's own mailboxes"));
  let mailed = await mail();
  // Each time all of them, but by a worker of an older version those of its slice.
  const refused = new Set(mailed.refused);
  while (mailed.gateClosed || mailed.lost || mailed.more) {
    if (mailed.lost) await hold(run, 'lost-commits', mailed.lost);
    else if (mailed.gateClosed) await lookAtGate(run);
    await untilMayGo(run);
    mailed = await mail();
    for (const words of mailed.refused) refused.add(words);
  }
  if (refused.size > 0) {
    const detail = `${[...refused].slice(0, 5).join('; ')}. Look at the relay, or correct the file (npm run cli -- amend FILE); resume goes on with the first customers.`;
    await hold(run, 'canary-refused', detail);
  }
}

/** One pass over the cohort: everybody is told once (I2). What was deferred or released is the next phase's. */
export async function notify(run: Run): Promise<Phase> {
  const { state } = run;
  const { notifyLanes, frontier } = state.row!;
  const plan = state.plan ?? newPlan('cohort', rangeSize(state.total, notifyLanes), frontier);
  await walkPlan(
    run,
    plan,
    noticeWork(run, () => noticeLanes(run)),
  );
  return 'settle';
}

/** Every notice gets its final answer. Then, if the file has a reminder, the run holds until an operator decides about it. */
export async function settle(run: Run): Promise<Phase> {
  const { state } = run;
  for (;;) {
    const { lastSentAt, notices } = await settleWave(run, 'notice');
    const next = afterNotices(
      state.row!.reminder ?? null,
      lastSentAt,
      state.reminderWord ?? null,
      Date.now(),
    );
    if (next.kind !== 'hold') return next.kind;
    state.reminderWord = null;
    state.reminderDueAt = next.dueAt;
    await hold(run, 'reminder', reminderDetail(next.dueAt, next.early, notices));
    state.reminderDueAt = null;
  }
}

/**
 * The reminder wave, with all the promises of the first (I1, I2): one pass over the cohort, in which everybody gets a row of it: who
 * has chosen a new password by then is skipped. Then what was deferred, released or is in doubt.
 */
export async function remind(run: Run): Promise<Phase> {
  const { state } = run;
  const { notifyLanes, frontier } = state.row!;
  const plan = state.plan ?? newPlan('cohort', rangeSize(state.total, notifyLanes), frontier);
  await walkPlan(
    run,
    plan,
    noticeWork(run, () => noticeLanes(run), 'reminder'),
  );
  state.plan = null;
  await settleWave(run, 'reminder');
  return 'close';
}

/**
 * Closed for good only when the books add up (I1) and nothing from before the cutoff is alive (I3). Otherwise it holds. What the
 * books lack, `resume` settles; what lives (again), only the expiry can fix: `resume` goes back to it, and from there everybody
 * who came in with it is told.
 */
export async function close(run: Run): Promise<Phase> {
  const { state } = run;
  await untilMayGo(run);
  if (state.resumedFrom === 'close-refused') return 'settle';
  if (state.resumedFrom === 'verify-findings') return 'expire';
  // A worker of an older version does not tell findings from problems.
  const {
    closed,
    problems,
    findings = [],
  } = await insist(run, () => ask(run, scan.closeIncident, { by: 'the workflow' }, 'do the books add up?'));
  if (closed) return 'closed';
  if (findings.length > 0) {
    await hold(run, 'verify-findings', findingsDetail(findings));
    return 'expire';
  }
  await hold(run, 'close-refused', closeRefusedDetail(problems));
  return 'settle';
}
