import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { failureDetail } from '../incident/hold-reason';
import type { HoldKind } from '../incident/run-status';

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
