import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { inWords } from '../../src/incident/hold-reason';
import type { RunStatus } from '../../src/incident/run-status';
import type { Phase } from '../../src/incident/vocabulary';
import { status } from '../../src/operator/status';
import type { Progress, Step } from './demo-progress';

export interface Followed {
  client: Client;
  incidentId: string;
  progress: Progress;
  canaryCustomers: number;
  /** Called once for each time that the run waits. */
  waits(status: RunStatus): Promise<void>;
}

const POLL_MILLISECONDS = 250;

/** The phases that have a bar. */
const WITH_BAR: Phase[] = ['expire', 'canary', 'notify', 'remind'];

/**
 * Shows the run, phase by phase, from its own status, until it is over.
 * @returns its last status.
 * @throws Error when somebody ended it by other means.
 */
export async function followRun(followed: Followed): Promise<RunStatus> {
  const { client, incidentId, progress, waits } = followed;
  let bar: { phase: Phase; step: Step } | null = null;
  let waited = '';
  for (;;) {
    const { status: now, workflow } = await status(client, { incidentId });
    if (now !== null) {
      if (bar !== null && bar.phase !== now.phase) {
        progress.finish(leftBehind(bar.step, now));
        bar = null;
      }
      const wait = now.waitingFor === null ? '' : `${now.waitingFor.kind} ${now.waitingFor.since}`;
      if (WITH_BAR.includes(now.phase) && wait === '' && now.total > 0) {
        bar = { phase: now.phase, step: stepOf(now, followed) };
        progress.show(bar.step);
      }
      if (wait !== '' && wait !== waited) {
        if (bar !== null) progress.finish(stepOf(now, followed));
        bar = null;
        await waits(now);
      }
      waited = wait;
      if (now.phase === 'closed' || now.phase === 'cancelled') return now;
    }
    if (workflow !== 'RUNNING' && workflow !== 'COMPLETED')
      throw new Error(`Temporal says that the run is ${workflow ?? 'not known'}: somebody ended it there.`);
    await sleep(POLL_MILLISECONDS);
  }
}

function stepOf(now: RunStatus, { canaryCustomers }: Followed): Step {
  const { phase, done, total, rateNow, etaSeconds } = now;
  return {
    name: phase,
    done,
    total: phase === 'canary' ? Math.min(canaryCustomers, total) : total,
    perSecond: rateNow,
    etaSeconds: phase === 'canary' ? null : etaSeconds,
    note: noteOf(phase, now),
  };
}

/** A phase that the run has left is done, whatever its last status told; the cohort's size is exact from then on. */
function leftBehind(step: Step, now: RunStatus): Step {
  const { expired, changed_since, none } = now.counts.cohort;
  const cohort = expired + changed_since + none;
  if (step.name === 'canary') return { ...step, done: step.total };
  const note = noteOf(step.name, now);
  return { ...step, done: cohort, total: cohort, etaSeconds: null, note };
}

function noteOf(phase: string, now: RunStatus): string {
  if (phase === 'expire') return cohortInWords(now);
  return inWords(phase === 'remind' ? now.counts.reminders : now.counts.notices);
}

function cohortInWords({ counts: { cohort } }: RunStatus): string {
  return inWords({
    expired: cohort.expired,
    'changed since': cohort.changed_since,
    'without one': cohort.none,
  });
}
