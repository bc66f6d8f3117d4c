import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { lastEvents, taskFailure } from '../activities/task-failure';
import { attemptDetail } from '../incident/hold-reason';
import { printable } from './words';

/** Why a run does not get on although there are workers; it tries again by itself, for ever or for about a minute. */
export interface RunTrouble {
  /** `attempts`: of an activity. `within`: within one, which goes on trying. `task`: of the workflow's own code. */
  kind: 'attempts' | 'within' | 'task';
  /** 0: nobody counts them. */
  attempt: number;
  why: string;
  /** Of `task`: the worker in which the first attempt failed; null: Temporal itself refused what it asks for. */
  worker?: string | null;
}

/** What Temporal alone knows: a run whose attempts fail has nobody who could tell (C106). */
export async function findTrouble(
  client: Client,
  { raw, workflowId }: WorkflowExecutionDescription,
): Promise<RunTrouble | null> {
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
  const failed = attempt > 1 ? await taskFailure(client, workflowId) : null;
  if (failed !== null) return { kind: 'task', attempt, ...failed };
  const failing = (raw.pendingActivities ?? [])
    .filter(({ lastFailure }) => lastFailure)
    .sort((one, other) => (other.attempt ?? 0) - (one.attempt ?? 0))[0];
  if (!failing) return troubleWithin(client, raw.pendingActivities ?? []);
  const { message, applicationFailureInfo, timeoutFailureInfo } = failing.lastFailure!;
  return {
    kind: 'attempts',
    attempt: failing.attempt ?? 0,
    why: attemptDetail({
      activity: failing.activityType?.name ?? 'An activity',
      message: timeoutFailureInfo ? 'Its worker went silent, or took too long' : (message ?? ''),
      type: applicationFailureInfo?.type ?? undefined,
    }),
  };
}

type PendingActivities = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>;

/** A slice whose database refuses or is away goes on trying for minutes, lest what the relay said is lost; its heartbeat says why. */
function troubleWithin(client: Client, pending: PendingActivities): RunTrouble | null {
  for (const activity of pending) {
    const { retrying } = beatOf(client, activity);
    if (typeof retrying !== 'string') continue;
    const name = activity.activityType?.name ?? 'An activity';
    return { kind: 'within', attempt: 0, why: attemptDetail({ activity: name, message: retrying }) };
  }
  return null;
}

/** Lanes whose sessions with the relay are in use by another worker, lane or slice. */
export function lanesWithoutSessions(client: Client, { raw }: WorkflowExecutionDescription): number {
  const isWithout = (activity: PendingActivities[number]) =>
    beatOf(client, activity).givenBack === 'sessions';
  return (raw.pendingActivities ?? []).filter(isWithout).length;
}

/** What an activity showed last, as slice-clock.ts says it. */
function beatOf(
  { options }: Client,
  { heartbeatDetails }: PendingActivities[number],
): Record<string, unknown> {
  const payload = heartbeatDetails?.payloads?.[0];
  if (!payload) return {};
  const beat: unknown = options.loadedDataConverter.payloadConverter.fromPayload(payload);
  return typeof beat === 'object' && beat !== null ? (beat as Record<string, unknown>) : {};
}

/** Why a run that is over is so without our word, as its history ends; null: it does not say. */
export async function whyEnded(client: Client, workflowId: string, runId: string): Promise<string | null> {
  const [last] = await lastEvents(client, { workflowId, runId }, 1);
  const { reason, identity } = last?.workflowExecutionTerminatedEventAttributes ?? {};
  const failure = last?.workflowExecutionFailedEventAttributes?.failure?.message;
  if (reason || identity) return `${reason || 'no reason was given'} (by ${identity || 'nobody known'})`;
  return failure ?? null;
}

export function troubleWords({ kind, attempt, why, worker }: RunTrouble): string[] {
  if (kind === 'attempts')
    return [`IT FAILS AND IS TRIED AGAIN, attempt ${attempt}: ${printable(why, 1000)}`];
  if (kind === 'within') return [`IT FAILS AND IS TRIED AGAIN, for minutes: ${printable(why, 1000)}`];
  if (worker === null)
    return [
      `TEMPORAL REFUSES WHAT THE RUN ASKS FOR, again and again, attempt ${attempt}: ${printable(why, 1000)}`,
      '  -> Put that right in Temporal; the run then goes on by itself. Nothing is lost meanwhile. If it cannot be: terminate the run in the Web UI, and npm start -- FILE --go goes on from the books.',
    ];
  return [
    `THE RUN'S OWN CODE FAILS IN ITS WORKER ${printable(worker || 'of no name')}, again and again, attempt ${attempt}: ${printable(why, 1000)}`,
    '  -> Is a worker of another version of this program at work? Stop it, and start one of the version that the run began with. Nothing is lost meanwhile.',
  ];
}
