import { olderThan } from '../workflows/code-version';
import { runQueueOf, taskQueueOf } from '../workflows/messages';

/** What a process asks Temporal for in one queue: a ledger's workflow tasks, or the activities of a run, or of those of an older version. */
export interface Share {
  taskQueue: string;
  kind: 'workflows' | 'activities';
}

/** A run of the ledger, as Temporal tells of it. */
export interface RunSeen {
  incidentId: string;
  /** Number of the newest workflow code that has had it; null: it does not say. */
  code: number | null;
  /** Its last workflow task failed in this very process, in these words; null: it did not. */
  failedHere: string | null;
  /** Its workflow task waits, and nobody takes it. */
  starves: boolean;
}

/** The same and why this process had better leave it to others; null: it takes it. */
export type JudgedShare = Share & { leftFor: string | null };

/**
 * What a process takes of a ledger's work. The activities of each run wait in a queue of its own, so that the wrong worker for one run is left
 * out of that alone. Their workflow tasks wait in one queue, which a worker of older code leaves to others: unless there are none (`alone`),
 * since for the runs that nobody else has had it may be right, and the others wait for a right one anyhow.
 */
export function judgeShares(ledgerId: string, runs: RunSeen[], alone: boolean): JudgedShare[] {
  const taskQueue = taskQueueOf(ledgerId);
  const wrongFor = runs.map(({ incidentId, code, failedHere }) => {
    const why = olderThan(code) ?? (runs.length === 1 ? failedHere : null);
    return why === null ? null : `${incidentId}: ${why}`;
  });
  return [
    {
      ...{ taskQueue, kind: 'workflows' },
      leftFor: alone ? null : (wrongFor.find((why) => why !== null) ?? null),
    },
    { taskQueue, kind: 'activities', leftFor: null },
    ...runs.map(({ incidentId, code }): JudgedShare => {
      const leftFor = olderThan(code);
      return { taskQueue: runQueueOf(ledgerId, incidentId), kind: 'activities', leftFor };
    }),
  ];
}
