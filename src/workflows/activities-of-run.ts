import {
  ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  isCancellation,
  patched,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { IncidentRef, TellsBeside } from '../activities/contract';
import type { Activities } from '../activities/create-activities';
import { newerHead, readHead } from '../incident/audit-head';
import { cutText } from '../incident/cut-text';
import { failureDetail } from '../incident/hold-reason';
import type { HoldKind } from '../incident/run-status';
import { runQueueOf } from './messages';
import type { Run } from './run-state';

/** About a minute of attempts; then the run holds with a reason. */
const retry = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '15s',
  maximumAttempts: 8,
} as const;

/**
 * A beat comes every second (activities/declare-activity.ts), so a dead worker is noticed. Not eager: else the worker that has the run's
 * workflow tasks gets every activity with them, and the others get none.
 */
const always = { heartbeatTimeout: '10s', allowEagerDispatch: false, retry } as const;

// Every activity is in one of these. Go to the definition of one where it is asked, and you are in create-activities.ts.

export const short = proxyActivities<
  Pick<
    Activities,
    'enterPhase' | 'readGate' | 'closeGate' | 'openGate' | 'setRate' | 'amendFile' | 'readFile'
  >
>({ startToCloseTimeout: '1m', ...always });

/** Work that the run can do without: three attempts. */
export const brief = proxyActivities<
  Pick<Activities, 'recordApproval' | 'recordHold' | 'recordForeign' | 'recordRefused'>
>({
  startToCloseTimeout: '1m',
  ...always,
  retry: { ...retry, maximumAttempts: 3 },
});

/** The same scan for the eyes of whoever looks at a run that stands: once, and no hold waits for it. */
export const counting = proxyActivities<Pick<Activities, 'adoptRun'>>({
  startToCloseTimeout: '5m',
  ...always,
  retry: { maximumAttempts: 1 },
});

/** Somebody is called: tried for some minutes, and nothing waits for it but the end of the run. */
export const calling = proxyActivities<Pick<Activities, 'callSomebody'>>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '3m',
  ...always,
});

/** Scans of every customer: about 10 s for 24 million on a fast disk. */
export const scan = proxyActivities<
  Pick<
    Activities,
    'adoptRun' | 'planRanges' | 'verifyExpiry' | 'canaryRange' | 'surveyNotices' | 'closeIncident'
  >
>({ startToCloseTimeout: '1h', ...always });

/** A slice may wait ten minutes for the answer to a dot (RFC 5321 4.5.3.2.6) before it returns. */
export const slice = proxyActivities<Pick<Activities, 'expireSlice' | 'notifySlice' | 'mailCanaryMailboxes'>>(
  { startToCloseTimeout: '15m', ...always },
);

/** A log may be of many gigabytes, and the run can do without what it says. */
export const logReading = proxyActivities<Pick<Activities, 'checkRelayLog'>>({
  startToCloseTimeout: '1h',
  ...always,
  retry: { ...retry, maximumAttempts: 2 },
});

/** An activity of a proxy. */
interface Asked<Details, Result> {
  readonly executeWithOptions: (options: ActivityOptions, args: [IncidentRef & Details]) => Promise<Result>;
}

export const STOPPED_TELL = 'stopped-slices-tell';

/**
 * The same of a slice, which tells what it has done when it is stopped. Without saying so the SDK (1.24) gives it up at once, whatever its
 * page says of the default: what it did stood in the books alone. A history of before goes on as it began.
 */
export function askSlice<Details extends object, Result>(
  run: Run,
  activity: Asked<Details, Result>,
  details: NoInfer<Details>,
  summary: string,
): Promise<Result> {
  const waiting = patched(STOPPED_TELL) ? { cancellationType: 'WAIT_CANCELLATION_COMPLETED' as const } : {};
  return ask(run, activity, details, summary, waiting);
}

/** Asks an activity about this run's incident, with a summary for the history; takes in what it tells beside its result. */
export async function ask<Details extends object, Result>(
  { incidentId, input: { ledgerId, ownQueue }, state }: Run,
  activity: Asked<Details, Result>,
  details: NoInfer<Details>,
  summary: string,
  options: ActivityOptions = {},
): Promise<Result> {
  const known = readHead(state.audit);
  const auditHead = known === null ? {} : { auditHead: known };
  const queue = ownQueue ? { taskQueue: runQueueOf(ledgerId, incidentId) } : {};
  const result = await activity.executeWithOptions({ ...options, ...queue, summary: cutText(summary, 150) }, [
    { incidentId, ledgerId, ...auditHead, ...details },
  ]);
  return takeBeside(state, result);
}

/** The result without what every activity tells beside it. */
function takeBeside<Result>(state: Run['state'], result: Result): Result {
  if (!tellsBeside(result)) return result;
  const { audit, without, ...rest } = result;
  if (audit && readHead(audit) !== null) state.audit = newerHead(state.audit ?? null, audit);
  if (without) state.without = without;
  return rest as Result;
}

function tellsBeside<Result>(result: Result): result is Result & TellsBeside {
  return typeof result === 'object' && result !== null && ('audit' in result || 'without' in result);
}

/** The activity gave up after all its attempts (or would never succeed). */
export function isExhausted(error: unknown): error is ActivityFailure {
  return error instanceof ActivityFailure && !isCancellation(error);
}

/** As the kind and the words of a hold: what failed, why, what to do; no stack. */
export function toldOf(error: ActivityFailure): [HoldKind, string] {
  const { cause, activityType: activity } = error;
  if (cause instanceof TimeoutFailure) {
    const message = 'The worker went silent or took too long, again and again: look at its log';
    return ['activity-failed', failureDetail({ activity, message, type: cause.timeoutType })];
  }
  const type = cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
  return [
    'activity-failed',
    failureDetail({ activity, message: cause?.message ?? 'No cause was given', type }),
  ];
}
