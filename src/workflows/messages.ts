import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { RunStatus } from '../incident/run-status';

/** Where the work of one ledger waits: only workers whose DATABASE_URL leads to that ledger ask for it. */
export function taskQueueOf(ledgerId: string): string {
  return `breach-response-${ledgerId}`;
}

/** Where the activities of one run wait: a worker that is wrong for this run leaves its queue alone, and does the others' work. */
export function runQueueOf(ledgerId: string, incidentId: string): string {
  return `${taskQueueOf(ledgerId)}/${incidentId}`;
}

/** The one workflow of an incident. Handles are made without a run id: a pinned old run answers nothing. */
export function workflowIdOf(incidentId: string): string {
  return `breach-response/${incidentId}`;
}

/** The words by which a run is steered, from our own verbs, the Web UI and the temporal program alike. */

/** Any payload: `{by, reason}`, a bare reason, or nothing. */
export const pauseSignal = defineSignal<[unknown?]>('pause');
/** `{by, fence}`; `fence` is that of the closing which the asker saw, so that a later one is not undone. */
export const resumeSignal = defineSignal<[unknown?]>('resume');
/** `{by, confirm}`; without `confirm` it closes the gate and asks to be sent again; with `false` it only ever asks. */
export const cancelSignal = defineSignal<[unknown?]>('cancel');
/** Nothing with it: the database says what holds. */
export const lookAtGateSignal = defineSignal('lookAtGate');
export const approveUpdate = defineUpdate<Accepted, [ApproveRequest]>('approve');
export const setRateUpdate = defineUpdate<Accepted, [SetRateRequest]>('setRate');
export const amendUpdate = defineUpdate<Accepted, [AmendRequest]>('amend');
export const remindUpdate = defineUpdate<Accepted, [RemindRequest]>('remind');
export const statusQuery = defineQuery<RunStatus>('status');

export interface ApproveRequest {
  by: string;
  /** Of the texts that were read; `status` shows it. */
  contentHash: string;
  /** Of the incident's file that was read; left out: the first. The same texts may go to others in another one. */
  version?: number;
}

export interface SetRateRequest {
  /** Messages a second, 1 to 1,000,000. */
  perSecond: number;
  by?: string;
}

export interface RemindRequest {
  by: string;
  /** Nobody is reminded, for this reason. */
  leave?: boolean;
  reason?: string;
}

/** The file is in the ledger, as a proposal: what Temporal keeps holds no text and no address. */
export interface AmendRequest {
  by: string;
  /** Number of the file_versions row. */
  proposal: number;
  /** The version that it was compared with. */
  base: number;
  reason: string;
}

/** What was taken in; `status` shows what is in effect. */
export interface Accepted {
  accepted: string;
}

export const DESCRIPTIONS = {
  pause:
    'Closes the gate: no further mail. You need type nothing; {"by": "Jane", "reason": "..."} is recorded.',
  resume: 'Opens the gate and ends a hold; the run goes on at the exact customer. {"by": "Jane"}',
  cancel:
    'Closes the gate and asks; sent again once the run has asked, or with {"confirm": true}, it ends the run for good.',
  lookAtGate:
    'Reads the gate from the database again, and counts the books again where it waits: somebody changed it there. You need type nothing.',
  approve:
    'Approves the texts: {"by": "Jane Doe, counsel", "contentHash": "..."} (the hash is in status); of an amended file also "version": 2.',
  setRate: 'Messages a second at most, from the next claim on: {"perSecond": 200, "by": "Jane"}',
  remind:
    'Sends the reminder to whoever has no new password yet: {"by": "Jane Doe"}; to close without: {"by": "Jane Doe", "leave": true, "reason": "..."}',
  amend:
    'Amends the file of the run. Not for the Web UI: npm run cli -- amend FILE writes the file into the ledger first, and names it here.',
  status: 'Where the run is, the counts, why it waits and what to do.',
} as const;
