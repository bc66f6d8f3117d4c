import {
  ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { BreachActivities, IncidentRef } from '../activities/contract';
import { failureDetail } from '../incident/hold-reason';
import type { HoldKind } from '../incident/run-status';
import type { Run } from './run-state';

/** About a minute of attempts; then the run holds with a reason. */
const retry = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '15s',
  maximumAttempts: 8,
} as const;

/** The worker beats every second for every activity, so a dead worker is noticed. */
const HEARTBEAT = '10s';

export const SHORT: ActivityOptions = { startToCloseTimeout: '1m', heartbeatTimeout: HEARTBEAT, retry };
/** Scans of every customer: about 10 s for 24 million on a fast disk. */
export const SCAN: ActivityOptions = { startToCloseTimeout: '1h', heartbeatTimeout: HEARTBEAT, retry };
/** A slice may wait ten minutes for the answer to a dot (RFC 5321 4.5.3.2.6) before it returns. */
export const SLICE: ActivityOptions = { startToCloseTimeout: '15m', heartbeatTimeout: HEARTBEAT, retry };
/** A log may be of many gigabytes, and the run can do without what it says. */
export const LOG_READING: ActivityOptions = { ...SCAN, retry: { ...retry, maximumAttempts: 2 } };
/** For what the run can do without: three attempts. */
export const BRIEF: ActivityOptions = { ...SHORT, retry: { ...retry, maximumAttempts: 3 } };

const proxied = proxyActivities<{ [Name in keyof BreachActivities]: BreachActivities[Name] }>(SHORT);

/** The activities by name, each call about this run's incident, with its options and a summary for the history. */
export function ask<Name extends keyof BreachActivities>(
  { incidentId, input: { ledgerId } }: Run,
  name: Name,
  details: Omit<Parameters<BreachActivities[Name]>[0], keyof IncidentRef>,
  summary: string,
  options: ActivityOptions = SHORT,
): Promise<Awaited<ReturnType<BreachActivities[Name]>>> {
  const input = { incidentId, ledgerId, ...details };
  const activity = proxied[name] as unknown as {
    executeWithOptions(options: ActivityOptions, args: [typeof input]): Promise<never>;
  };
  return activity.executeWithOptions({ ...options, summary: summary.slice(0, 150) }, [input]);
}

/** The activity gave up after all its attempts (or would never succeed). */
export function isExhausted(error: unknown): error is ActivityFailure {
  return error instanceof ActivityFailure && !isCancellation(error);
}

/** As the kind and the words of a hold: what failed, why, what to do; no stack. */
export function toldOf(error: ActivityFailure): [HoldKind, string] {
  const { cause, activityType: activity } = error;
  if (cause instanceof TimeoutFailure) {
    const message = 'The worker that did it went silent or took too long, again and again: look at its log';
    return ['activity-failed', failureDetail({ activity, message, type: cause.timeoutType })];
  }
  const type = cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
  return [
    'activity-failed',
    failureDetail({ activity, message: cause?.message ?? 'No cause was given', type }),
  ];
}
