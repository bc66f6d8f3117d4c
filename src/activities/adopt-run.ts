import { hasBegun, surveyNotices } from '../books/balance';
import { countCohort } from '../books/cohort';
import { type Gate, readGate } from '../books/gate';
import { findIncident } from '../books/incident-row';
import type { Database } from '../books/open-database';
import { readApprovers } from '../books/record-approval';
import { isoTime } from '../books/rows';
import { keyFromSql } from '../company/key-column';
import { estimateCustomers } from '../company/scan-customers';
import { approvalsLeftWords } from '../incident/approval-rule';
import type { AdoptedRun, GateView, IncidentRef } from './contract';
import { failure } from './failure';
import { tellKey } from './range-ends';
import type { RunContexts } from './run-context';

/** Two lanes are best for expiring, four for mailing (measured on two cores). */
const EXPIRE_LANES = 2;
const NOTIFY_LANES = 4;

/** Reads where the incident stands, so that a run adopts and never assumes. Counts scan the books: about 10 s for 24 million. */
export function adoptRun(database: Database, runs: RunContexts) {
  return async ({ incidentId }: IncidentRef): Promise<AdoptedRun> => {
    const { file, books } = await runs(incidentId);
    const { db, companySchema } = database;
    const row = await findIncident(db, incidentId);
    if (!row) throw failure('IncidentLost', incidentId);
    const expiring = row.phase === 'expire';
    const cohort = await countCohort(books);
    const frozen = cohort.expired + cohort.changed_since + cohort.none;
    const survey = expiring ? null : await surveyNotices(books, 'notice');
    const begun = file.reminder !== null && (await hasBegun(books, 'reminder'));
    return {
      title: row.title,
      phase: row.phase,
      gate: gateView(await readGate(books)),
      ratePerSecond: row.rate_per_second,
      contentHash: row.content_hash,
      approval:
        row.approved_by && row.approved_at && row.approved_hash
          ? { by: row.approved_by, at: isoTime(row.approved_at), contentHash: row.approved_hash }
          : null,
      approvalMissing: approvalsLeftWords(await readApprovers(books, file.approval?.people ?? 1)),
      hold:
        row.hold_kind !== null && row.hold_reason !== null
          ? { kind: row.hold_kind, reason: row.hold_reason }
          : null,
      frontier: row.frontier === null ? null : await tellKey(books, keyFromSql(row.frontier)),
      total: expiring ? Math.max(frozen, await estimateCustomers(db, companySchema, file.database)) : frozen,
      cohort,
      notices: survey?.notices ?? {},
      reminders: begun ? (await surveyNotices(books, 'reminder')).notices : {},
      reminder: file.reminder ? { afterDays: file.reminder.afterDays, begun } : null,
      canary: {
        mailboxes: file.canary.mailboxes.length,
        customers: file.canary.customers,
        afterwards: file.canary.afterwards,
      },
      expireLanes: EXPIRE_LANES,
      // Each has a session of its own.
      notifyLanes: Math.min(NOTIFY_LANES, file.relay.sessions),
    };
  };
}

export function gateView(gate: Gate): GateView {
  const { ratePerSecond: _, ...view } = gate;
  return view;
}
